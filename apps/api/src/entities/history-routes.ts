import { api } from '@broadstreet-sync/contract';
import { parentField, rootKind } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';
import { type Binding, bind } from '../http/bind.ts';
import { replyList } from '../http/csv.ts';
import { timeRange } from '../http/time-range.ts';
import { historyViews } from './history-view.ts';

/** What was changed in production, over all entities. */
export function bindHistoryRoutes(store: Pick<Store, 'production' | 'runs'>): Binding[] {
  return bind(api.listAllHistory, async ({ query }, http) => {
    const { kind, operation, field, run_id, root } = query;
    const at = timeRange(query);
    const filter = {
      ...(kind === undefined ? {} : { kind }),
      ...(operation === undefined ? {} : { operation }),
      ...(field === undefined ? {} : { fields: field }),
      ...(run_id === undefined ? {} : { run_id }),
      ...(Object.keys(at).length === 0 ? {} : { at }),
      ...(root === undefined ? {} : { $or: within(Number(root)) }),
    };
    return replyList(http, {
      query,
      columns: api.listAllHistory[0]?.answers[200].csv ?? [],
      fileName: 'history',
      load: async ({ skip, limit }) => {
        const { items, total } = await store.production.history(filter, skip, limit);
        return { items: await historyViews(store, items), total };
      },
    });
  });
}

/** Changes of a network and of all that hangs on it, by what the entities were before or are now. */
function within(root: number): Record<string, unknown>[] {
  const field = parentField(rootKind.name);
  return [{ [`after.${field}`]: root }, { [`before.${field}`]: root }, { kind: rootKind.name, key: String(root) }];
}
