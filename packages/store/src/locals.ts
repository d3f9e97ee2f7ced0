import {
  type EntityFields,
  type EntityKind,
  type KindName,
  kindNames,
  kinds,
  parentField,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { IdMapDocument, LocalDocument, LocalError } from './documents.ts';

/** A local entity that refers to another as its parent. */
export interface Child {
  readonly kind: KindName;
  readonly _id: string;
  readonly name: unknown;
}

const keptErrors = 50;
const ours = [
  '_id',
  'created_locally',
  'synced_with_api',
  'sync_errors',
  'last_sync_attempt',
  'created_at',
  'updated_at',
  'revision',
];

/** The kind's own fields of a local entity: all but ours. */
export function localFields(document: LocalDocument): EntityFields {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !ours.includes(name)));
}

/** Fits all local entities but these. */
export function allBut(ids: readonly string[]): mongo.Filter<LocalDocument> {
  return { _id: { $nin: ids.map((id) => withId(id)._id) } };
}

function withId(id: string): { _id: Types.ObjectId } {
  return { _id: new Types.ObjectId(id) };
}

/** Local entities: what was made here and does not exist remotely. */
export function createLocals(collections: Collections) {
  const { local, idMap } = collections;

  const parts = {
    async create(kind: KindName, fields: EntityFields): Promise<LocalDocument> {
      const now = new Date();
      const document: LocalDocument = {
        ...fields,
        _id: new Types.ObjectId(),
        created_locally: true,
        synced_with_api: false,
        sync_errors: [],
        last_sync_attempt: null,
        created_at: now,
        updated_at: now,
        revision: 1,
      };
      await local[kind].insertOne(document);
      return document;
    },

    get: (kind: KindName, id: string): Promise<LocalDocument | null> => local[kind].findOne(withId(id)),

    many: (kind: KindName, ids: readonly string[]): Promise<LocalDocument[]> => {
      return local[kind].find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } }).toArray();
    },

    /** Every local entity of a kind, or those named, in the order in which they were made. */
    inOrder(kind: KindName, ids: readonly string[] | null): mongo.FindCursor<LocalDocument> {
      // What another tool keeps here under another sort of _id cannot be named by a child, nor by anyone over HTTP.
      const filter =
        ids === null
          ? { _id: { $type: 'objectId' as const } }
          : { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } };
      return local[kind].find(filter).sort({ _id: 1 });
    },

    async page(
      kind: KindName,
      filter: mongo.Filter<LocalDocument>,
      sort: Record<string, 1 | -1>,
      skip: number,
      limit: number,
    ): Promise<{ items: LocalDocument[]; total: number }> {
      const found = local[kind]
        .find(filter)
        .sort({ ...sort, _id: 1 })
        .skip(skip)
        .limit(limit);
      const [items, total] = await Promise.all([found.toArray(), local[kind].countDocuments(filter)]);
      return { items, total };
    },

    /**
     * Changes fields; null removes one.
     *
     * @param revision the one that the change was made from; any when undefined
     * @returns null when the entity is gone or has another revision
     */
    update(
      kind: KindName,
      id: string,
      patch: EntityFields,
      revision?: number,
      session?: mongo.ClientSession,
    ): Promise<LocalDocument | null> {
      const entries = Object.entries(patch);
      const set = entries
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, { $literal: value }] as const);
      const unset = entries.filter(([, value]) => value === null).map(([name]) => name);
      const moved = { updated_at: '$$NOW', revision: { $add: [{ $ifNull: ['$revision', 0] }, 1] } };
      return local[kind].findOneAndUpdate(
        { ...withId(id), ...revisionFilter(revision) },
        [{ $set: { ...Object.fromEntries(set), ...moved } }, ...(unset.length > 0 ? [{ $unset: unset }] : [])],
        { returnDocument: 'after', ...(session === undefined ? {} : { session }) },
      );
    },

    /** @returns false when the entity is gone or has another revision */
    async remove(kind: KindName, id: string, revision?: number, session?: mongo.ClientSession): Promise<boolean> {
      const options = session === undefined ? {} : { session };
      return (await local[kind].deleteOne({ ...withId(id), ...revisionFilter(revision) }, options)).deletedCount === 1;
    },

    /** Local entities that name this one as a parent, nearest first. */
    async children(kind: KindName, id: string): Promise<Child[]> {
      const found: Child[] = [];
      for (const name of kindNames.filter((candidate) => kinds[candidate].parents.includes(kind))) {
        const direct = await local[name]
          .find({ [parentField(kind)]: id })
          .sort({ _id: 1 })
          .toArray();
        for (const child of direct) found.push({ kind: name, _id: child._id.toHexString(), name: child.name ?? null });
      }
      return found;
    },

    /** All that hangs on a local entity, directly or not; each once. */
    async descendants(kind: KindName, id: string): Promise<Child[]> {
      const found = new Map<string, Child>();
      let open: Child[] = await parts.children(kind, id);
      while (open.length > 0) {
        const fresh = open.filter((child) => !found.has(child._id));
        for (const child of fresh) found.set(child._id, child);
        open = (await Promise.all(fresh.map((child) => parts.children(child.kind, child._id)))).flat();
      }
      return [...found.values()];
    },

    /** Notes why entities could not be exported; the same of the same run once. */
    async recordErrors(
      kind: KindName,
      errors: readonly { id: string; error: Omit<LocalError, 'at'> }[],
    ): Promise<void> {
      if (errors.length === 0) return;
      const at = new Date();
      const updates = errors.map(({ id, error }) => {
        const all = { $concatArrays: [{ $ifNull: ['$sync_errors', []] }, [{ $literal: { ...error, at } }]] };
        const set = { sync_errors: { $slice: [all, -keptErrors] }, last_sync_attempt: at };
        const known = { $elemMatch: { run_id: error.run_id, message: error.message } };
        return { updateOne: { filter: { ...withId(id), sync_errors: { $not: known } }, update: [{ $set: set }] } };
      });
      await local[kind].bulkWrite(updates, { ordered: false });
    },

    /** What local entities became; ids without an entry are left out. */
    async mapped(kind: KindName, ids: readonly string[]): Promise<Map<string, IdMapDocument>> {
      const found = await idMap.find({ _id: { $in: ids.map((id) => `${kind}:${id}`) } }).toArray();
      return new Map(found.map((entry) => [entry.local_id, entry]));
    },

    count: (kind: EntityKind): Promise<number> => local[kind.name].countDocuments({}),
  };
  return parts;
}

/** A document of another tool has no revision: it counts as the first. */
function revisionFilter(revision: number | undefined): Record<string, unknown> {
  if (revision === undefined) return {};
  return revision === 0 ? { revision: { $exists: false } } : { revision };
}

export type Locals = ReturnType<typeof createLocals>;
