import { api } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import { type Binding, bind, bindKinds } from '../http/bind.ts';
import { type StartRun, toRunRequest } from './trigger.ts';

/** The triggers: one for each kind, both ways, and one for all of them each way. */
export function bindSyncRoutes(startRun: StartRun): Binding[] {
  return [
    ...bindKinds(api.syncKind, ({ name }) => async (input, http) => {
      const body = input.body ?? {};
      return startRun(toRunRequest(body.direction ?? 'import', [name], body), input, http);
    }),
    ...bind(api.syncAll, async (input, http) => {
      return startRun(toRunRequest('import', kindNames, input.body ?? {}), input, http);
    }),
    ...bind(api.syncLocalAll, async (input, http) => {
      return startRun(toRunRequest('export', kindNames, input.body ?? {}), input, http);
    }),
  ];
}
