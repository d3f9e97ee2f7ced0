import { type EntityKind, type KindName, parentField } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';

/** What the tasks of one kind of a run are and came to, as far as an estimate needs it. */
export interface KindWork {
  /** Tasks that cost a request, or did; not those that ended without one. */
  readonly tasks: number;
  /** Of them still to do. */
  readonly open: number;
  /** Lists read, and the rows that they held. */
  readonly lists: number;
  readonly rows: number;
}

export interface RunWork {
  readonly kinds: ReadonlyMap<KindName, KindWork>;
  /** Requests of tasks that ended within the last minute. */
  readonly recent: number;
}

const recentMs = 60_000;

/** How much there is to do: for estimates, so that numbers may be a little old. */
export function createWorkload({ tasks, production, local }: Collections) {
  return {
    /** The work of runs; a run without tasks is left out. */
    async ofRuns(runIds: readonly string[]): Promise<Map<string, RunWork>> {
      const isOpen = { $eq: ['$ended_at', null] };
      const isList = { $and: [{ $eq: ['$action', 'list'] }, { $eq: ['$state', 'completed'] }] };
      const isRecent = { $gte: ['$ended_at', { $subtract: ['$$NOW', recentMs] }] };
      const when = (condition: object, value: unknown) => ({ $sum: { $cond: [condition, value, 0] } });
      const grouped = await tasks
        .aggregate<KindWork & { _id: { run: string; kind: KindName }; recent: number }>([
          { $match: { run_id: { $in: [...runIds] } } },
          {
            $group: {
              _id: { run: '$run_id', kind: '$kind' },
              tasks: when({ $or: [isOpen, { $gt: ['$counts.requests', 0] }] }, 1),
              open: when(isOpen, 1),
              lists: when(isList, 1),
              rows: when(isList, { $ifNull: ['$result.rows', 0] }),
              recent: when(isRecent, '$counts.requests'),
            },
          },
        ])
        .toArray();
      const runs = new Map<string, { kinds: Map<KindName, KindWork>; recent: number }>();
      for (const { _id, recent, ...work } of grouped) {
        const run = runs.get(_id.run) ?? { kinds: new Map<KindName, KindWork>(), recent: 0 };
        run.kinds.set(_id.kind, work);
        run.recent += recent;
        runs.set(_id.run, run);
      }
      return runs;
    },

    /** Entities of a kind in production. */
    entities: (kind: KindName): Promise<number> => production[kind].estimatedDocumentCount(),

    /** Local entities of a kind, and how many remote entities they hang on within which names are unique. */
    async drafts(kind: EntityKind): Promise<{ drafts: number; parents: number }> {
      const collection = local[kind.name];
      const drafts = await collection.estimatedDocumentCount();
      if (kind.unique.length === 0 || drafts === 0) return { drafts, parents: 0 };
      if (kind.lineage === undefined) return { drafts, parents: 1 };
      const ids: unknown[] = await collection.distinct(parentField(kind.lineage));
      return { drafts, parents: ids.filter((id) => typeof id === 'number').length };
    },
  };
}

export type Workload = ReturnType<typeof createWorkload>;
