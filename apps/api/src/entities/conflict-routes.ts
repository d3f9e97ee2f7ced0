import { api } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { type Binding, bind, reply } from '../http/bind.ts';
import { replyList } from '../http/csv.ts';
import { conflictView } from './conflict-view.ts';
import { productionEtag } from './etag.ts';
import { replyProduction } from './find-production.ts';
import { type ConflictStore, resolveConflict } from './resolve-conflict.ts';
import { resolveMany } from './resolve-many.ts';

/** What waits for a person since it was edited here and there, and what a person decides. */
export function bindConflictRoutes(store: ConflictStore): Binding[] {
  return [
    ...bind(api.listConflicts, async ({ query }, http) =>
      replyList(http, {
        query,
        columns: api.listConflicts[0]?.answers[200].csv ?? [],
        fileName: 'conflicts',
        load: async ({ skip, limit }) => {
          const root = query.root === undefined ? undefined : Number(query.root);
          const filter = { kind: query.kind, runId: query.run_id, root };
          const { items, total } = await store.conflicts.list(filter, skip, limit);
          return { items: items.flatMap((item) => conflictView(item) ?? []), total };
        },
      }),
    ),
    ...bind(api.resolveConflict, async ({ params, body: { all, fields = {} }, headers }) => {
      const wish = all === undefined ? { fields } : { all };
      const { resolved, entity } = await resolveConflict(store, params.id, wish, headers['if-match']);
      const shown = await replyProduction(store, kinds[entity.kind], entity.document);
      const body = { resolved: [...resolved], conflict: conflictView(entity), entity: shown.body };
      return reply(200, body, { etag: productionEtag(entity.document) });
    }),
    ...bind(api.resolveConflicts, async ({ body }, http) => {
      http.isPatient();
      return reply(200, await resolveMany(store, body));
    }),
  ];
}
