import { api, type EntityQuery, nextCursor, toPage } from '@broadstreet-sync/contract';
import { type EntityKind, entityKey, parseEntityKey } from '@broadstreet-sync/domain';
import { allBut, type LocalDocument, type ProductionDocument, type Store } from '@broadstreet-sync/store';
import { type Binding, bind, bindKinds, reply } from '../http/bind.ts';
import { notFound } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { compareBy, findLocalFilter, productionFilter, sortingOf } from './entity-filter.ts';
import { findProduction, replyProduction } from './find-production.ts';
import { readFreshness } from './freshness-routes.ts';
import { historyViews } from './history-view.ts';
import { idMapView, localView, productionView } from './local-view.ts';
import { readVerification, verifiedAt } from './verification.ts';

interface ProductionParts extends Pick<ApiParts, 'networks'> {
  readonly store: EntityStore;
}

type EntityStore = Pick<Store, 'production' | 'locals' | 'intents' | 'overview' | 'scopes' | 'history' | 'runs'>;

interface Side<T> {
  readonly items: readonly T[];
  readonly total: number;
}

const nothing = { items: [], total: 0 };
const localFlags = { created_locally: true, synced_with_api: false };

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
    ...bindKinds(api.listHistory, (kind) => async ({ params, query }) => {
      const key = parseEntityKey(kind, params.id);
      if (key === null) throw notFound(`No ${kind.singular} is named so: it is named by ${kind.identity.join('-')}.`);
      const { skip, limit } = toPage(query);
      const { items, total } = await store.history.ofEntity(kind.name, entityKey(kind, key), skip, limit);
      return reply(200, { items: await historyViews(store, items), total, next: nextCursor({ skip, limit }, total) });
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
  const found = scope === 'production' ? null : await findLocalFilter(store.overview, kind, query);
  const ofLocal = found === null || scope === 'local' ? found : { $and: [found, await notThereYet(store, kind)] };
  // Of two collections in one order, what lies before a page in either is known when the other has been counted.
  const [from, size] = scope === 'both' ? [0, skip + limit] : [skip, limit];
  const local = ofLocal === null ? nothing : await store.locals.page(kind.name, ofLocal, sorting, from, size);
  const before = scope === 'both' ? Math.max(0, skip - local.total) : skip;
  const length = skip - before + limit;
  const filter = productionFilter(query);
  const production =
    scope === 'local' ? nothing : await store.production.page(kind.name, filter, sorting, before, length);
  const scopes = await readVerification(store, kind, production.items);
  const items = merge(kind, production, local, compareBy(sorting), scopes);
  const start = scope === 'both' ? skip - before : 0;
  return {
    items: items.slice(start, start + limit).map(({ view }) => view()),
    total: production.total + local.total,
  };
}

/** Fits local entities but those that production has already: an import was there before an export has moved them. */
async function notThereYet({ intents, production }: EntityStore, kind: EntityKind) {
  const made = (await intents.open(kind.name)).flatMap(({ _id, state, remote_id }) =>
    state === 'created' && remote_id !== null ? [{ id: _id, key: remote_id }] : [],
  );
  const keys = made.map(({ key }) => key);
  const there = new Set((keys.length === 0 ? [] : await production.many(kind.name, keys)).map(({ _id }) => _id));
  return allBut(made.filter(({ key }) => there.has(key)).map(({ id }) => id));
}

function merge(
  kind: EntityKind,
  production: Side<ProductionDocument>,
  local: Side<LocalDocument>,
  compare: ReturnType<typeof compareBy>,
  scopes: Awaited<ReturnType<typeof readVerification>>,
) {
  const both = [
    // Another tool's drafts need not say that they are local.
    ...local.items.map((document) => ({
      document: { ...document, ...localFlags },
      view: () => localView(kind, document),
    })),
    ...production.items.map((document) => ({
      document,
      view: () => productionView(kind, document, verifiedAt(kind, document, scopes)),
    })),
  ];
  return both.sort((a, b) => compare(a.document, b.document));
}
