import { api, endedRunStates, type RunView } from '@broadstreet-sync/contract';
import {
  type EntityReference,
  type KindName,
  kindName,
  kindNames,
  kinds,
  type Operation,
} from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';
import { type Binding, bind, reply } from '../http/bind.ts';
import type { RunViews } from '../runs/run-view.ts';
import { textOf } from '../runs/text-of.ts';

interface OverviewParts {
  readonly store: Pick<Store, 'overview' | 'runs'>;
  readonly views: RunViews;
}

/** What pages show of all kinds together. */
export function bindOverview({ store, views }: OverviewParts): Binding[] {
  async function lastRun(operation: Operation): Promise<RunView | null> {
    // A dry run of an import is one once a person has had it published: before that it changed nothing.
    const isReal = { $or: [{ dry_run: false }, { published_at: { $ne: null } }] };
    const filter = { operation, ...isReal, status: { $in: [...endedRunStates] } };
    const [run] = (await store.runs.list(filter, 0, 1)).items;
    return run === undefined ? null : views.one(run);
  }

  return [
    ...bind(api.getOverview, async ({ query }) => {
      const root = query.root === undefined ? null : Number(query.root);
      const [last_import, last_export, ...counted] = await Promise.all([
        lastRun('import'),
        lastRun('export'),
        ...kindNames.map(async (name) => {
          const counts = await store.overview.countKind(kinds[name], root);
          return [name, { ...counts, verified_at: textOf(counts.verified_at) }] as const;
        }),
      ]);
      return reply(200, { kinds: Object.fromEntries(counted), last_import, last_export });
    }),
    ...bind(api.listFrequentErrors, async ({ query }) => {
      const found = await store.overview.frequentErrors(new Date(query.from ?? 0));
      const items = found.map((error) => ({
        ...error,
        kinds: [...error.kinds].sort(),
        last_at: textOf(error.last_at),
      }));
      return reply(200, { items });
    }),
    ...bind(api.getNames, async ({ query }) => {
      const found = await Promise.all([...byKind(query.refs)].map(([kind, ids]) => store.overview.names(kind, ids)));
      return reply(200, { items: found.flat() });
    }),
  ];
}

/** @param refs kinds and ids with a colon between, as the contract lets them through */
function byKind(refs: string): Map<KindName, EntityReference[]> {
  const found = new Map<KindName, EntityReference[]>();
  for (const part of new Set(refs.split(','))) {
    const [kind, id = ''] = part.split(':');
    const name = kindName.parse(kind);
    const reference = /^[0-9a-f]{24}$/.test(id) ? id : Number(id);
    found.set(name, [...(found.get(name) ?? []), reference]);
  }
  return found;
}
