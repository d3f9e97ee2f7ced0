import {
  ancestorFields,
  type EntityKind,
  type KindName,
  kindNames,
  kinds,
  parentField,
  scopeId,
} from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ScopeDocument } from './documents.ts';

/** A list that could not be read, and why. */
export type ScopeFailure = Required<Pick<ScopeDocument, '_id' | 'kind' | 'scope' | 'run_id' | 'parents' | 'error'>> & {
  readonly failed_at: Date;
};

/** How old what production holds of a kind is. */
export interface Freshness {
  /** Lists that the kind has. */
  readonly lists: number;
  readonly never_read: number;
  /** Lists that could not be read when they were last asked for. */
  readonly failed: number;
  /** When they were last read whole. */
  readonly oldest: Date | null;
  readonly newest: Date | null;
}

/** Scopes: when each list was last read whole, how it went, and how often it changes. */
export function createScopes(collections: Collections) {
  const { scopes, production } = collections;

  function countLists(kind: EntityKind, networks: readonly number[] | null): Promise<number> {
    if (kind.list.scope === 'account') return Promise.resolve(1);
    const within = kinds[kind.list.scope];
    const root = ancestorFields(within).at(-1) ?? 'id';
    // All are counted by the index of their ids.
    if (networks === null) return production[within.name].countDocuments({}, { hint: { _id: 1 } });
    return production[within.name].countDocuments({ [root]: { $in: [...networks] } });
  }

  return {
    /** How many lists a kind has; of the networks that count, where not all do. */
    countLists,

    /** Scopes by their ids; those that were never asked for are left out. */
    async many(ids: readonly string[]): Promise<Map<string, ScopeDocument>> {
      const found = await scopes.find({ _id: { $in: [...ids] } }).toArray();
      return new Map(found.map((scope) => [scope._id, scope]));
    },

    /** Every scope of a kind that was asked for, by its key. */
    async ofKind(kind: KindName): Promise<Map<string, ScopeDocument>> {
      return new Map((await scopes.find({ kind }).toArray()).map((scope) => [scope.scope, scope]));
    },

    /** Notes what could not be read; what was read before, and when, stays. */
    async noteFailures(failures: readonly ScopeFailure[]): Promise<void> {
      if (failures.length === 0) return;
      const updates = failures.map(({ _id, failed_at, error, ...first }) => ({
        updateOne: {
          filter: { _id },
          update: { $set: { failed_at, error }, $setOnInsert: { ...first, rows: 0, verified_at: null } },
          upsert: true,
        },
      }));
      await scopes.bulkWrite(updates, { ordered: false });
    },

    /** A page of lists, kind by kind, those never read first, then the longest unread. */
    async page(
      filter: mongo.Filter<ScopeDocument>,
      skip: number,
      limit: number,
    ): Promise<{ items: ScopeDocument[]; total: number }> {
      const found = scopes.find(filter).sort({ kind: 1, verified_at: 1, _id: 1 }).skip(skip).limit(limit);
      const [items, total] = await Promise.all([found.toArray(), scopes.countDocuments(filter)]);
      return { items, total };
    },

    /**
     * How old what production holds of a kind is.
     *
     * @param networks the only ones that count; null: all
     */
    async freshness(kind: EntityKind, networks: readonly number[] | null): Promise<Freshness> {
      const countOf = (time: string) => ({ $sum: { $cond: [{ $eq: [{ $type: time }, 'date'] }, 1, 0] } });
      const group = {
        _id: null,
        read: countOf('$verified_at'),
        failed: countOf('$failed_at'),
        oldest: { $min: '$verified_at' },
        newest: { $max: '$verified_at' },
      };
      const [lists, [found]] = await Promise.all([
        countLists(kind, networks),
        scopes
          .aggregate<{ read: number; failed: number; oldest: Date | null; newest: Date | null }>([
            { $match: { kind: kind.name, ...withinNetworks(networks) } },
            { $group: group },
          ])
          .toArray(),
      ]);
      const { read = 0, failed = 0, oldest = null, newest = null } = found ?? {};
      return { lists, never_read: Math.max(0, lists - read), failed, oldest, newest };
    },
  };
}

/** Scopes of the networks that count; the account's own list, and what is older than this field, belong to all. */
function withinNetworks(networks: readonly number[] | null): mongo.Filter<ScopeDocument> {
  if (networks === null) return {};
  const [root] = kindNames.filter((name) => kinds[name].parents.length === 0);
  if (root === undefined) return {};
  return { [`parents.${parentField(root)}`]: { $in: [...networks, null] } };
}

/** Forgets the scopes of entities that are removed: there is no such list any more. */
export async function forgetScopes(
  { scopes }: Collections,
  removed: { readonly kind: KindName; readonly keys: readonly string[] },
  session?: mongo.ClientSession,
): Promise<void> {
  const listed = kindNames.filter((name) => kinds[name].list.scope === removed.kind);
  if (listed.length === 0 || removed.keys.length === 0) return;
  const filter = { _id: { $in: listed.flatMap((name) => removed.keys.map((key) => scopeId(name, key))) } };
  await scopes.deleteMany(filter, session === undefined ? {} : { session });
}

export type Scopes = ReturnType<typeof createScopes>;
