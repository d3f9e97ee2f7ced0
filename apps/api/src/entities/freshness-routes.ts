import { api, type FreshnessView, type ScopeView } from '@broadstreet-sync/contract';
import { type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import type { ScopeDocument, Store } from '@broadstreet-sync/store';
import { type Binding, bind, reply } from '../http/bind.ts';
import { replyList } from '../http/csv.ts';
import type { ApiParts } from '../parts.ts';
import { textOf } from '../runs/text-of.ts';

interface FreshnessParts extends Pick<ApiParts, 'networks'> {
  readonly store: Pick<Store, 'scopes'>;
}

const states = {
  read: { verified_at: { $type: 'date' } },
  never_read: { verified_at: null },
  failed: { failed_at: { $type: 'date' } },
} as const;

/** What tells how old production is. */
export function bindFreshnessRoutes({ store, networks }: FreshnessParts): Binding[] {
  return [
    ...bind(api.getFreshness, async () => {
      return reply(200, { items: await Promise.all(kindNames.map((name) => readFreshness(store, name, networks))) });
    }),
    ...bind(api.listScopes, async ({ query }, http) => {
      const filter = {
        ...(query.kind === undefined ? {} : { kind: query.kind }),
        ...(query.state === undefined ? {} : states[query.state]),
      };
      return replyList(http, {
        query,
        columns: api.listScopes[0]?.answers[200].csv ?? [],
        fileName: 'scopes',
        load: async ({ skip, limit }) => {
          const { items, total } = await store.scopes.page(filter, skip, limit);
          return { items: items.map(scopeView), total };
        },
      });
    }),
  ];
}

/** How old what production holds of a kind is, as answers show it. */
export async function readFreshness(
  store: Pick<Store, 'scopes'>,
  kind: KindName,
  networks: readonly number[] | null,
): Promise<FreshnessView> {
  const { oldest, newest, ...counts } = await store.scopes.freshness(kinds[kind], networks);
  return { kind, ...counts, oldest: textOf(oldest), newest: textOf(newest) };
}

function scopeView({ kind, scope, rows, verified_at, run_id, churn, failed_at, error }: ScopeDocument): ScopeView {
  return {
    kind,
    scope,
    rows,
    verified_at: textOf(verified_at),
    run_id,
    churn: churn ?? 0,
    failed_at: textOf(failed_at ?? null),
    error: error ?? null,
  };
}
