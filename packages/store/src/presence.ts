import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Collections } from './collections.ts';
import type { WorkerSituation } from './documents.ts';

/** Longest silence of a process that is taken to be alive, in milliseconds. */
const silenceMs = 10_000;

const idleTransaction = z.looseObject({ appName: z.string(), lsid: z.looseObject({ id: z.unknown() }) });

/**
 * Which processes are alive. MongoDB keeps the open transaction of a process that was killed, with its locks, for up to a
 * minute and a half; whoever finds the process dead ends it, so that what it held can be taken over at once. Names are
 * those that processes connect under.
 */
export function createPresence(db: mongo.Db, { processes }: Collections) {
  async function endTransactions(names: readonly string[]): Promise<number> {
    const open = await db.client
      .db('admin')
      .aggregate(
        [
          { $currentOp: { idleSessions: true } },
          { $match: { 'transaction.parameters.autocommit': false, appName: { $in: names } } },
        ],
        { readConcern: { level: 'local' } },
      )
      .toArray();
    const sessions = open.flatMap((operation) => {
      const parsed = idleTransaction.safeParse(operation);
      return parsed.success ? [{ id: parsed.data.lsid.id }] : [];
    });
    if (sessions.length > 0) await db.command({ killSessions: sessions });
    return sessions.length;
  }

  return {
    /**
     * Says that a process is alive; to be said every few seconds.
     *
     * @param situation how it was started
     * @param forMs after which silence means that it is dead
     */
    async beat(name: string, situation?: WorkerSituation, forMs = silenceMs): Promise<void> {
      const told = situation === undefined ? {} : { situation: { $literal: situation } };
      await processes.updateOne({ _id: name }, [{ $set: { alive_until: { $add: ['$$NOW', forMs] }, ...told } }], {
        upsert: true,
      });
    },

    /** How the workers were started that are alive, the oldest first. */
    async situations(): Promise<WorkerSituation[]> {
      const alive = await processes
        .find({ $expr: { $gte: ['$alive_until', '$$NOW'] }, situation: { $exists: true } })
        .sort({ 'situation.started_at': 1 })
        .toArray();
      return alive.flatMap(({ situation }) => situation ?? []);
    },

    /** Says that a process ends in order. */
    async leave(name: string): Promise<void> {
      await processes.deleteOne({ _id: name });
    },

    /** Ends what processes that fell silent left open. @returns their names */
    async buryDead(): Promise<string[]> {
      const dead = await processes.find({ $expr: { $lt: ['$alive_until', '$$NOW'] } }).toArray();
      const names = dead.map(({ _id }) => _id);
      if (names.length === 0) return names;
      await endTransactions(names);
      await processes.deleteMany({ _id: { $in: names }, $expr: { $lt: ['$alive_until', '$$NOW'] } });
      return names;
    },
  };
}

export type Presence = ReturnType<typeof createPresence>;
