import { api, nextCursor, toPage } from '@broadstreet-sync/contract';
import { parentField, rootKind } from '@broadstreet-sync/domain';
import { type Binding, bind, reply } from '../http/bind.ts';
import { invalidInput } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { retryOf } from './retry-run.ts';
import { readRevertPlan, revertOf } from './revert-run.ts';
import type { RunViews } from './run-view.ts';
import { findRun, stopRun } from './stop-run.ts';
import type { StartRun } from './trigger.ts';
import { readUndoPlan, requireEnded, undoOf } from './undo-run.ts';

interface RunRouteParts extends Pick<ApiParts, 'store' | 'queues' | 'log'> {
  readonly views: RunViews;
  readonly startRun: StartRun;
}

/** What shows runs, stops them and repeats what failed of them. */
export function bindRunRoutes(parts: RunRouteParts): Binding[] {
  const { store, views, startRun } = parts;
  return [
    ...bind(api.listRuns, async ({ query }) => {
      const page = toPage(query);
      const filter = {
        ...(query.operation === undefined ? {} : { operation: query.operation }),
        ...(query.status === undefined ? {} : { status: query.status }),
        ...(query.mode === undefined ? {} : { mode: query.mode }),
        ...(query.schedule === undefined ? {} : { 'schedule.id': query.schedule }),
        // What was limited to none is of this one too.
        ...(query.root === undefined
          ? {}
          : { [`filters.${parentField(rootKind.name)}`]: { $in: [Number(query.root), null] } }),
      };
      const { items, total } = await store.runs.list(filter, page.skip, page.limit);
      return reply(200, { items: await views.many(items), total, next: nextCursor(page, total) });
    }),
    ...bind(api.getRun, async ({ params }) => {
      return reply(200, await views.one(await findRun(store, params.id)));
    }),
    ...bind(api.cancelRun, async ({ params }) => {
      return reply(202, await views.one(await stopRun(parts, params.id)));
    }),
    ...bind(api.undoRun, async (input, http) => {
      const { dry_run = false, force = false, entities = null } = input.body ?? {};
      const run = await findRun(store, input.params.id);
      if (run.operation === 'import') {
        requireEnded(run);
        const wish = { force, entities };
        http.isPatient();
        if (dry_run) return reply(200, await readRevertPlan(store, run, wish));
        return startRun(await revertOf(store, run, wish), input, http);
      }
      if (entities !== null) throw invalidInput([{ path: 'entities', message: 'is not for the undo of an export' }]);
      if (dry_run) return reply(200, await readUndoPlan(store, run, force));
      return startRun(await undoOf(store, run, force), input, http);
    }),
    ...bind(api.retryRun, async (input, http) => {
      const run = await findRun(store, input.params.id);
      const { confirm = [], only = null } = input.body ?? {};
      return startRun(await retryOf(store, run, confirm, only), input, http);
    }),
  ];
}
