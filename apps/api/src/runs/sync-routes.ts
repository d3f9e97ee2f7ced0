import { api } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import { type Binding, bind, bindKinds } from '../http/bind.ts';
import { toAskedRun } from './asked-run.ts';
import type { StartRun } from './trigger.ts';

/** The triggers: one for each kind, both ways, and one for all of them each way. */
export function bindSyncRoutes(startRun: StartRun): Binding[] {
  return [
    ...bindKinds(api.syncKind, ({ name }) => async (input, http) => {
      const body = input.body ?? {};
      return startRun(toAskedRun(body.direction ?? 'import', [name], body), input, http);
    }),
    ...bind(api.syncAll, async (input, http) => {
      return startRun(toAskedRun('import', kindNames, input.body ?? {}), input, http);
    }),
    ...bind(api.syncLocalAll, async (input, http) => {
      return startRun(toAskedRun('export', kindNames, input.body ?? {}), input, http);
    }),
  ];
}
