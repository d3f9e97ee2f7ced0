import { type HoldReason, scopeId } from '@broadstreet-sync/domain';
import type { Store, TaskResult } from '@broadstreet-sync/store';
import { askCount } from './ask-count.ts';
import type { ListPass } from './list-pass.ts';
import type { ScopeReading } from './read-scope.ts';

/** A list, and what is odd about it though its form is right. */
export interface TrustedReading {
  readonly reading: ScopeReading;
  readonly remarks: Pick<TaskResult, 'doubts' | 'count_difference'>;
}

interface Look {
  readonly reading: ScopeReading;
  /** Rows by the API's own count. */
  readonly counted: number | null;
}

/**
 * Reads a list that is whole, and once more where it is empty and was not, or has another number of rows than the API
 * counts. The second reading lies between two counts: what comes or goes meanwhile (an export at work, a person in the
 * dashboard) moves the count past it, and a list that is cut off stays outside of both. What is still odd then is for a
 * person to decide.
 *
 * @param isWhole all of the list is compared: only then the API's count says something about it
 * @param read reads the list; told whether it has been read before, so that the last reading stands
 * @throws what it throws, or RemoteError when the count cannot be had just now
 */
export async function readTrusted(
  pass: ListPass,
  isWhole: boolean,
  read: (isAgain: boolean) => Promise<ScopeReading>,
): Promise<TrustedReading> {
  const first = await look(read(false), isWhole ? askCount(pass) : Promise.resolve(null));
  const judged = await judge(pass, first.reading, [first.counted]);
  if (judged.remarks.doubts === undefined) return judged;
  const reading = await read(true);
  return judge(pass, reading, [first.counted, first.counted === null ? null : await askCount(pass, true)]);
}

/** Both at the same time; where both fail, the list's failure counts. */
async function look(list: Promise<ScopeReading>, count: Promise<number | null>): Promise<Look> {
  const [reading, counted] = await Promise.allSettled([list, count]);
  if (reading.status === 'rejected') throw reading.reason;
  if (counted.status === 'rejected') throw counted.reason;
  return { reading: reading.value, counted: counted.value };
}

/**
 * Says what is odd about a list: its number of rows must lie between the counts, or differ from them as a person has confirmed.
 *
 * @param counts by the API around the reading, in the order of time; null where it does not say
 */
async function judge(
  { context: { store }, kind, task, list }: ListPass,
  reading: ScopeReading,
  counts: readonly (number | null)[],
): Promise<TrustedReading> {
  const { rows, before } = reading;
  const doubts: HoldReason[] = [];
  let difference = 0;
  const lost = counts.flatMap((counted) => (counted === null ? [] : [counted - rows]));
  const last = lost.at(-1);
  if (last !== undefined) {
    const known = await knownDifferences(store, scopeId(kind.name, task.subject), lost);
    const explained = known.find((value) => Math.min(...lost) <= value && value <= Math.max(...lost));
    // One that is confirmed stays known, though the count has moved on since.
    difference = explained ?? last;
    if (explained === undefined)
      doubts.push({ code: 'count_differs', kind: kind.name, before: rows + last, lost: last });
  }
  if (rows === 0 && list.scope !== 'account' && before > 1) {
    doubts.push({ code: 'scope_empty', kind: kind.name, before, lost: before });
  }
  return {
    reading,
    remarks: {
      ...(difference === 0 ? {} : { count_difference: difference }),
      ...(doubts.length === 0 ? {} : { doubts }),
    },
  };
}

/** None is what is expected; another may have been confirmed by a person. */
async function knownDifferences(store: Store, scope: string, found: readonly number[]): Promise<number[]> {
  if (found.every((value) => value === 0)) return [0];
  const confirmed = await store.holds.confirmedDifference(scope);
  return confirmed === null ? [0] : [0, confirmed];
}
