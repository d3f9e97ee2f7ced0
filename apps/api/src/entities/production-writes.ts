import { api } from '@broadstreet-sync/contract';
import type { Store } from '@broadstreet-sync/store';
import { type Binding, bindKinds, reply } from '../http/bind.ts';
import { deleteProduction, keepProduction } from './delete-production.ts';
import { editProduction } from './edit-production.ts';
import { productionEtag } from './etag.ts';
import { replyProduction } from './find-production.ts';

/** Edits and deletions of entities that exist remotely, until they are exported: the same routes for every kind. */
export function bindProductionWrites(
  store: Pick<Store, 'production' | 'dependants' | 'deletions' | 'scopes'>,
): Binding[] {
  return [
    ...bindKinds(api.updateProduction, (kind) => async ({ params, body, headers }) => {
      const edited = await editProduction(store, kind, params.id, body, headers['if-match']);
      return replyProduction(store, kind, edited);
    }),
    ...bindKinds(api.removeProduction, (kind) => async ({ params, query, headers }, { who }) => {
      const { id } = params;
      const wish = { cascade: query.cascade === 'true', ifMatch: headers['if-match'], requestedBy: who.name };
      const { plan, document } = await deleteProduction(store, kind, id, wish);
      return reply(202, plan, { etag: productionEtag(document) });
    }),
    ...bindKinds(api.keepProduction, (kind) => async ({ params }) => {
      return replyProduction(store, kind, await keepProduction(store, kind, params.id));
    }),
  ];
}
