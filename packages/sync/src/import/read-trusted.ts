import type { CallContext, Row } from '@broadstreet-sync/broadstreet';
import { type EntityKind, type HoldReason, scopeField, scopeId } from '@broadstreet-sync/domain';
import type { TaskDocument, TaskResult } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { askCount } from './ask-count.ts';

/** A list, and what is odd about it though its form is right. */
export interface TrustedList {
  readonly read: Row[];
  readonly remarks: Pick<TaskResult, 'doubts' | 'count_difference'>;
}

interface Look {
  readonly rows: Row[];
  /** By the API's own count. */
  readonly counted: number | null;
}

/**
 * Reads a list that is whole, and once more where it is empty and was not, or has another number of rows than the API
 * counts. What is still odd then is for a person to decide.
 *
 * @param readList reads the list once
 * @throws what it throws, or RemoteError when the count cannot be had just now
 */
export async function readTrusted(
  context: SyncContext,
  kind: EntityKind,
  task: TaskDocument,
  call: CallContext,
  readList: () => Promise<Row[]>,
): Promise<TrustedList> {
  const first = await look(readList(), askCount(context, kind, task, call));
  if ((await oddities(context, kind, task, first)).length === 0) return trusted(first);
  const isCounted = first.counted !== null;
  const again = await look(readList(), isCounted ? askCount(context, kind, task, call, true) : Promise.resolve(null));
  const doubts = await oddities(context, kind, task, again);
  const { read, remarks } = trusted(again);
  return { read, remarks: doubts.length === 0 ? remarks : { ...remarks, doubts } };
}

/** Both at the same time; where both fail, the list's failure counts. */
async function look(list: Promise<Row[]>, count: Promise<number | null>): Promise<Look> {
  const [rows, counted] = await Promise.allSettled([list, count]);
  if (rows.status === 'rejected') throw rows.reason;
  if (counted.status === 'rejected') throw counted.reason;
  return { rows: rows.value, counted: counted.value };
}

/** A difference that no doubt is left about has been confirmed: it is kept with the scope. */
function trusted({ rows, counted }: Look): TrustedList {
  const difference = counted === null ? 0 : counted - rows.length;
  return { read: rows, remarks: difference === 0 ? {} : { count_difference: difference } };
}

async function oddities(
  { store }: SyncContext,
  kind: EntityKind,
  task: TaskDocument,
  { rows, counted }: Look,
): Promise<HoldReason[]> {
  const doubts: HoldReason[] = [];
  const field = scopeField(kind);
  if (counted !== null && counted !== rows.length) {
    const lost = counted - rows.length;
    const confirmed = await store.holds.confirmedDifference(scopeId(kind.name, task.subject));
    if (lost !== confirmed) doubts.push({ code: 'count_differs', kind: kind.name, before: counted, lost });
  }
  if (rows.length === 0 && field !== null) {
    const before = await store.tallies.count(kind.name, { [field]: Number(task.subject) });
    if (before > 1) doubts.push({ code: 'scope_empty', kind: kind.name, before, lost: before });
  }
  return doubts;
}
