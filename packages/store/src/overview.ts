import {
  type EntityKind,
  type EntityReference,
  type ErrorCategory,
  isLocalReference,
  type KindName,
  kinds,
  parentField,
  rootField,
  rootKind,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { LocalDocument } from './documents.ts';
import { hasEdits, isInConflict, isToBeRemoved } from './models.ts';

/** How many entities of a kind there are, by how they stand. */
export interface KindCounts {
  readonly production: number;
  readonly local: number;
  /** Local ones that an export could not create. */
  readonly failed: number;
  readonly edited: number;
  readonly to_remove: number;
  /** Of which fields wait for a person to decide. */
  readonly conflicts: number;
  /** Every list of the kind was read since; null where one never was. */
  readonly verified_at: Date | null;
}

/** Errors of one code, over all runs. */
export interface FrequentError {
  readonly category: ErrorCategory;
  readonly code: string;
  readonly count: number;
  readonly kinds: readonly KindName[];
  /** Of the latest of them, as all that follows. */
  readonly message: string;
  readonly run_id: string;
  readonly last_at: Date | null;
}

const mostErrors = 50;
/** No run takes longer. */
const aDayMs = 86_400_000;

export interface NamedReference {
  readonly kind: KindName;
  readonly id: EntityReference;
  readonly name: string | null;
}

const hasErrors = { 'sync_errors.0': { $exists: true } };

function nameOf(document: Readonly<Record<string, unknown>>): string | null {
  return typeof document.name === 'string' ? document.name : null;
}

/** What pages show of production and local collections together. */
export function createOverview({ production, local, scopes, idMap, tasks, runs }: Collections) {
  /** Entities of a kind that hang on others, remote and local, in both forms in which a local child may name them. */
  async function membersWithin(
    kind: EntityKind,
    ancestor: KindName,
    ids: readonly EntityReference[],
  ): Promise<EntityReference[]> {
    const remote: unknown[] = await production[kind.name].distinct('id', {
      [parentField(ancestor)]: { $in: [...ids] },
    });
    const numbers = remote.filter((id) => typeof id === 'number');
    const drafts = local[kind.name].find(await localWithin(kind, ancestor, ids)).project({ _id: 1 });
    const exported = idMap.find({ kind: kind.name, remote_id: { $in: numbers.map(String) } }).project({ local_id: 1 });
    return [
      ...numbers,
      ...(await drafts.toArray()).map(({ _id }) => String(_id)),
      ...(await exported.toArray()).map(({ local_id }) => String(local_id)),
    ];
  }

  /** What local entities of a kind must fit to hang on one of these, however far above. */
  async function localWithin(
    kind: EntityKind,
    ancestor: KindName,
    ids: readonly EntityReference[],
  ): Promise<mongo.Filter<LocalDocument>> {
    if (kind.parents.includes(ancestor)) return { [parentField(ancestor)]: { $in: [...ids] } };
    if (kind.lineage === undefined) return {};
    return { [parentField(kind.lineage)]: { $in: await membersWithin(kinds[kind.lineage], ancestor, ids) } };
  }

  async function verifiedAt(kind: KindName): Promise<Date | null> {
    const [oldest] = await scopes.find({ kind }).sort({ verified_at: 1 }).limit(1).toArray();
    return oldest?.verified_at ?? null;
  }

  /** @param root the only network that is counted; null: all */
  async function countKind(kind: EntityKind, root: number | null): Promise<KindCounts> {
    const { name } = kind;
    const of = root === null ? {} : { [rootField(kind)]: root };
    const ofLocal = root === null || kind.lineage === undefined ? {} : await localWithin(kind, rootKind.name, [root]);
    const [all, edited, removed, conflicts, drafts, failed, verified_at] = await Promise.all([
      root === null ? production[name].estimatedDocumentCount() : production[name].countDocuments(of),
      production[name].countDocuments({ ...of, ...hasEdits }),
      production[name].countDocuments({ ...of, ...isToBeRemoved }),
      production[name].countDocuments({ ...of, ...isInConflict }),
      local[name].countDocuments(ofLocal),
      local[name].countDocuments({ ...ofLocal, ...hasErrors }),
      verifiedAt(name),
    ]);
    return { production: all, local: drafts, failed, edited, to_remove: removed, conflicts, verified_at };
  }

  return {
    /** What went wrong most often since a time; what a dry run only foresaw has not gone wrong. */
    async frequentErrors(from: Date): Promise<FrequentError[]> {
      const isOnlyPlanned = { dry_run: true, published_at: null };
      const previews = await runs.distinct('_id', { ...isOnlyPlanned, created_at: { $gte: new Date(+from - aDayMs) } });
      return tasks
        .aggregate<FrequentError>([
          { $match: { state: 'failed', ended_at: { $gte: from }, error: { $ne: null }, run_id: { $nin: previews } } },
          { $sort: { ended_at: 1 } },
          {
            $group: {
              _id: { category: '$error.category', code: '$error.code' },
              count: { $sum: 1 },
              kinds: { $addToSet: '$kind' },
              message: { $last: '$error.message' },
              run_id: { $last: '$run_id' },
              last_at: { $last: '$ended_at' },
            },
          },
          { $sort: { count: -1, _id: 1 } },
          { $limit: mostErrors },
          { $set: { category: '$_id.category', code: '$_id.code' } },
          { $unset: '_id' },
        ])
        .toArray();
    },

    localWithin,
    countKind,

    /**
     * Names of entities by their remote ids or local `_id`s, also by the `_id` of what has been exported since; what does
     * not exist is left out.
     */
    async names(kind: KindName, ids: readonly EntityReference[]): Promise<NamedReference[]> {
      const keys = ids.filter((id) => typeof id === 'number').map(String);
      const drafts = ids.filter(isLocalReference);
      const exported = await idMap.find({ _id: { $in: drafts.map((id) => `${kind}:${id}`) } }).toArray();
      const asked = [...new Set([...keys, ...exported.map(({ remote_id }) => remote_id)])];
      const [remote, made] = await Promise.all([
        production[kind]
          .find({ _id: { $in: asked } })
          .project({ name: 1 })
          .toArray(),
        local[kind]
          .find({ _id: { $in: drafts.map((id) => new Types.ObjectId(id)) } })
          .project({ name: 1 })
          .toArray(),
      ]);
      const remoteNames = new Map(remote.map((document) => [String(document._id), nameOf(document)] as const));
      const named = (id: EntityReference, key: string) => {
        const name = remoteNames.get(key);
        return name === undefined ? [] : [{ kind, id, name }];
      };
      return [
        ...keys.flatMap((key) => named(Number(key), key)),
        ...exported.flatMap(({ local_id, remote_id }) => named(local_id, remote_id)),
        ...made.map((document) => ({ kind, id: String(document._id), name: nameOf(document) })),
      ];
    },
  };
}

export type Overview = ReturnType<typeof createOverview>;
