import type { Collections } from './collections.ts';
import type { ListedNameDocument, ReservationDocument } from './documents.ts';
import { isDuplicateKey } from './transactions.ts';

/** A value that is to be unique in its field within a parent. */
export interface NameClaim {
  readonly field: string;
  /** Normalised. */
  readonly value: string;
  /** `_id` of the local entity. */
  readonly owner: string;
}

/** A claim and the name scope that it is in. */
export interface ScopedClaim extends NameClaim {
  readonly scope: string;
}

/** What is known of the names within one parent. */
export interface KnownNames {
  readonly listed: readonly ListedNameDocument[];
  readonly reserved: readonly ReservationDocument[];
}

function nameId(scope: string, field: string, value: string): string {
  return `${scope}:${field}:${value}`;
}

/**
 * Names within a parent: those that a list showed, cached for the run, and those that runs have given away. A name scope
 * is the text that stands for kind and parent.
 */
export function createNames(collections: Collections) {
  const { listedNames, reservations, runs } = collections;

  /** Of the runs that have given names away, those that are over: the others' names are not to be touched. */
  async function endedAmong(runIds: readonly string[]): Promise<string[]> {
    const ended = runs
      .find({ _id: { $in: [...runIds] }, ended_at: { $ne: null } })
      .project<{ _id: string }>({ _id: 1 });
    return (await ended.toArray()).map(({ _id }) => _id);
  }

  const parts = {
    /**
     * Keeps the names of a list for the run. Read again they are written over: at no moment are they gone, since a plan may
     * be looking.
     */
    async keepListed(
      runId: string,
      scope: string,
      rows: readonly { field: string; value: string; id: string }[],
    ): Promise<void> {
      const documents = new Map<string, ListedNameDocument>();
      for (const { field, value, id } of rows) {
        const _id = `${runId}:${nameId(scope, field, value)}`;
        const known = documents.get(_id);
        if (known === undefined) documents.set(_id, { _id, run_id: runId, name_scope: scope, field, value, ids: [id] });
        else known.ids.push(id);
      }
      const writes = [...documents.values()].map((replacement) => {
        return { replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } };
      });
      if (writes.length > 0) await listedNames.bulkWrite(writes, { ordered: false });
    },

    /** Names that the run's list of a parent showed. */
    listed: (runId: string, scope: string): Promise<ListedNameDocument[]> => {
      return listedNames.find({ run_id: runId, name_scope: scope }).toArray();
    },

    reserved: (scope: string): Promise<ReservationDocument[]> => reservations.find({ name_scope: scope }).toArray(),

    /** What is known of the names within many parents, by name scope. */
    async known(runId: string, scopes: readonly string[]): Promise<Map<string, KnownNames>> {
      const within = { name_scope: { $in: [...scopes] } };
      const [listed, reserved] = await Promise.all([
        listedNames.find({ run_id: runId, ...within }).toArray(),
        reservations.find(within).toArray(),
      ]);
      const listedIn = Map.groupBy(listed, (name) => name.name_scope);
      const reservedIn = Map.groupBy(reserved, (name) => name.name_scope);
      return new Map(
        scopes.map((scope) => [scope, { listed: listedIn.get(scope) ?? [], reserved: reservedIn.get(scope) ?? [] }]),
      );
    },

    /** Reserves values within one parent, as {@link parts.reserveAll}. */
    async reserve(runId: string, scope: string, claims: readonly NameClaim[]): Promise<NameClaim[]> {
      const lost = await parts.reserveAll(
        runId,
        claims.map((claim) => ({ ...claim, scope })),
      );
      return lost.map(({ field, value, owner }) => ({ field, value, owner }));
    },

    /** Reserves values; gives back those that another entity has. Reserving one's own again is as good as once. */
    async reserveAll(runId: string, claims: readonly ScopedClaim[]): Promise<ScopedClaim[]> {
      if (claims.length === 0) return [];
      const now = new Date();
      const documents = claims.map(({ scope, field, value, owner }) => {
        return { _id: nameId(scope, field, value), name_scope: scope, owner, run_id: runId, created_at: now };
      });
      await reservations.insertMany(documents, { ordered: false }).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
      const held = await reservations.find({ _id: { $in: documents.map(({ _id }) => _id) } }).toArray();
      const owners = new Map(held.map(({ _id, owner }) => [_id, owner]));
      return claims.filter(({ scope, field, value, owner }) => owners.get(nameId(scope, field, value)) !== owner);
    },

    /** Gives back what an entity reserved, except the named values. */
    async release(owner: string, scope: string, keep: readonly { field: string; value: string }[] = []): Promise<void> {
      const kept = keep.map(({ field, value }) => nameId(scope, field, value));
      await reservations.deleteMany({ owner, name_scope: scope, _id: { $nin: kept } });
    },

    /** Forgets what the lists of a run showed and what it gave away, except to those named; and {@link forgetEnded}. */
    async forget(runId: string, except: readonly string[]): Promise<void> {
      await listedNames.deleteMany({ run_id: runId });
      await reservations.deleteMany({ run_id: runId, owner: { $nin: [...except] } });
      await parts.forgetEnded(except);
    },

    /** Forgets what runs that are over have given away, except to those named: entities that are still under way. */
    async forgetEnded(except: readonly string[]): Promise<void> {
      const kept: string[] = await reservations.distinct('run_id', { owner: { $nin: [...except] } });
      const ended = await endedAmong(kept);
      if (ended.length > 0) await reservations.deleteMany({ run_id: { $in: ended }, owner: { $nin: [...except] } });
    },
  };
  return parts;
}

export type Names = ReturnType<typeof createNames>;
