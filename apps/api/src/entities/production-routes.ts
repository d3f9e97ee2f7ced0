import { api, type EntityQuery, nextCursor } from '@broadstreet-sync/contract';
import type { EntityKind } from '@broadstreet-sync/domain';
import type { LocalDocument, ProductionDocument, Store } from '@broadstreet-sync/store';
import { type Binding, bind, bindKinds, reply } from '../http/bind.ts';
import { notFound } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { compareBy, localFilter, productionFilter, sortingOf } from './entity-filter.ts';
import { findProduction, replyProduction } from './find-production.ts';
import { readFreshness } from './freshness-routes.ts';
import { idMapView, localView, productionView } from './local-view.ts';
import { readVerification, verifiedAt } from './verification.ts';

interface ProductionParts extends Pick<ApiParts, 'networks'> {
  readonly store: EntityStore;
}

type EntityStore = Pick<Store, 'production' | 'locals' | 'scopes'>;

interface Side<T> {
  readonly items: readonly T[];
  readonly total: number;
}

const nothing = { items: [], total: 0 };

/** Production entities, with local ones where they are asked for: the same routes for every kind. */
export function bindProductionRoutes({ store, networks }: ProductionParts): Binding[] {
  return [
    ...bindKinds(api.listProduction, (kind) => async ({ query }) => {
      const [{ items, total }, freshness] = await Promise.all([
        page(store, kind, query),
        readFreshness(store, kind.name, networks),
      ]);
      return reply(200, { items, total, next: nextCursor(query, total), freshness });
    }),
    ...bindKinds(api.getProduction, (kind) => async ({ params }) => {
      return replyProduction(store, kind, await findProduction(store, kind, params.id));
    }),
    ...bind(api.getIdMap, async ({ params }) => {
      const entry = (await store.locals.mapped(params.kind, [params._id])).get(params._id);
      if (entry === undefined)
        throw notFound(`Nothing of ${params.kind} that was local as ${params._id} has been exported.`);
      return reply(200, idMapView(entry));
    }),
  ];
}

async function page(store: EntityStore, kind: EntityKind, query: EntityQuery) {
  const { scope, skip, limit } = query;
  const sorting = sortingOf(kind, query);
  const ofLocal = localFilter(query);
  // Of two collections in one order, a page can begin anywhere in either: both are read up to its end.
  const [from, size] = scope === 'both' ? [0, skip + limit] : [skip, limit];
  const [production, local] = await Promise.all([
    scope === 'local' ? nothing : store.production.page(kind.name, productionFilter(query), sorting, from, size),
    scope === 'production' || ofLocal === null ? nothing : store.locals.page(kind.name, ofLocal, sorting, from, size),
  ]);
  const scopes = await readVerification(store, kind, production.items);
  const items = merge(kind, production, local, compareBy(sorting), scopes);
  return {
    items:
      scope === 'both' ? items.slice(skip, skip + limit).map(({ view }) => view()) : items.map(({ view }) => view()),
    total: production.total + local.total,
  };
}

function merge(
  kind: EntityKind,
  production: Side<ProductionDocument>,
  local: Side<LocalDocument>,
  compare: ReturnType<typeof compareBy>,
  scopes: Awaited<ReturnType<typeof readVerification>>,
) {
  const both = [
    ...local.items.map((document) => ({ document, view: () => localView(kind, document) })),
    ...production.items.map((document) => ({
      document,
      view: () => productionView(document, verifiedAt(kind, document, scopes)),
    })),
  ];
  return both.sort((a, b) => compare(a.document, b.document));
}
