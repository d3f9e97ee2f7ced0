import { type HoldReason, scopeId } from '@broadstreet-sync/domain';
import type { TaskResult } from '@broadstreet-sync/store';
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
 * counts. What is still odd then is for a person to decide.
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
  if ((await oddities(pass, first)).length === 0) return trusted(first);
  const again = await look(read(true), first.counted === null ? Promise.resolve(null) : askCount(pass, true));
  const doubts = await oddities(pass, again);
  const { reading, remarks } = trusted(again);
  return { reading, remarks: doubts.length === 0 ? remarks : { ...remarks, doubts } };
}

/** Both at the same time; where both fail, the list's failure counts. */
async function look(list: Promise<ScopeReading>, count: Promise<number | null>): Promise<Look> {
  const [reading, counted] = await Promise.allSettled([list, count]);
  if (reading.status === 'rejected') throw reading.reason;
  if (counted.status === 'rejected') throw counted.reason;
  return { reading: reading.value, counted: counted.value };
}

/** A difference that no doubt is left about has been confirmed: it is kept with the scope. */
function trusted({ reading, counted }: Look): TrustedReading {
  const difference = counted === null ? 0 : counted - reading.rows;
  return { reading, remarks: difference === 0 ? {} : { count_difference: difference } };
}

async function oddities(
  { context: { store }, kind, task, list }: ListPass,
  { reading: { rows, before }, counted }: Look,
): Promise<HoldReason[]> {
  const doubts: HoldReason[] = [];
  if (counted !== null && counted !== rows) {
    const lost = counted - rows;
    const confirmed = await store.holds.confirmedDifference(scopeId(kind.name, task.subject));
    if (lost !== confirmed) doubts.push({ code: 'count_differs', kind: kind.name, before: counted, lost });
  }
  if (rows === 0 && list.scope !== 'account' && before > 1) {
    doubts.push({ code: 'scope_empty', kind: kind.name, before, lost: before });
  }
  return doubts;
}
