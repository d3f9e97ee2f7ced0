import type { Collections } from './collections.ts';
import { isDuplicateKey } from './transactions.ts';

/** What the API said of how many rows each list has that belongs to one entity; null where it does not say. */
export type CounterValues = Readonly<Record<string, number | null>>;

/** Who is to ask: the caller, nobody any more, or another who is asking now. */
export type CounterClaim = 'ask' | 'wait' | CounterValues;

/** Counts that several tasks of a run need and one of them asks for. They are kept no longer than a day. */
export function createCounters({ counters }: Collections) {
  return {
    /**
     * @param id of run and entity
     * @param by the task; one that had begun to ask before it was started again goes on
     * @param patienceMs how long another may take to ask
     */
    async claim(id: string, by: string, patienceMs: number): Promise<CounterClaim> {
      const known = await counters.findOne({ _id: id });
      if (known?.values !== undefined && known.values !== null) return known.values;
      if (known === null) {
        try {
          await counters.insertOne({ _id: id, values: null, asked_by: by, asked_at: new Date() });
          return 'ask';
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
          return 'wait';
        }
      }
      const isOverdue = Math.abs(Date.now() - known.asked_at.getTime()) > patienceMs;
      if (known.asked_by !== by && !isOverdue) return 'wait';
      const filter = { _id: id, values: null, asked_by: known.asked_by, asked_at: known.asked_at };
      const taken = await counters.updateOne(filter, { $set: { asked_by: by, asked_at: new Date() } });
      return taken.modifiedCount === 1 ? 'ask' : 'wait';
    },

    /** Tells what was asked; where it could not be, with null, that another is to ask. */
    async tell(id: string, values: CounterValues | null): Promise<void> {
      if (values === null) await counters.deleteOne({ _id: id, values: null });
      else await counters.updateOne({ _id: id }, { $set: { values } });
    },
  };
}

export type Counters = ReturnType<typeof createCounters>;
