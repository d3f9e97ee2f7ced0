import { conflictId, type KindName, parseConflictId } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import { type ConflictStore, type Resolution, resolveConflict } from './resolve-conflict.ts';

/** Which conflicts are decided about, and how. */
export interface ManyWishes {
  readonly all: 'local' | 'remote';
  readonly ids?: readonly string[] | undefined;
  readonly kind?: KindName | undefined;
  readonly run_id?: string | undefined;
  readonly root?: number | undefined;
  /** Only this field of each. */
  readonly field?: string | undefined;
}

/** Entities that were decided about, and those meant that are still in conflict. */
export interface ManyResolved {
  readonly resolved: number;
  readonly left: number;
}

/**
 * Decides about many conflicts, one after the other: what was decided stays so where the rest breaks off.
 *
 * @throws ProblemError `invalid_input` where an id is none
 */
export async function resolveMany(store: ConflictStore, wishes: ManyWishes): Promise<ManyResolved> {
  let [resolved, left] = [0, 0];
  for await (const id of idsOf(store, wishes)) {
    const { all, field } = wishes;
    const resolution = await resolveConflict(store, id, { all, field }).catch(passedOver);
    if (resolution !== 'decided' && resolution !== 'stays' && resolution.resolved.length > 0) resolved += 1;
    if (resolution === 'stays' || (resolution !== 'decided' && isOpen(resolution))) left += 1;
  }
  return { resolved, left };
}

function isOpen({ entity }: Resolution): boolean {
  return entity.document.sync.conflict !== undefined;
}

/** Why one was not decided about: somebody else has, or it is to be deleted. @throws all else */
function passedOver(error: unknown): 'decided' | 'stays' {
  if (error instanceof ProblemError && error.code === 'not_found') return 'decided';
  if (error instanceof ProblemError && error.code === 'deletion_planned') return 'stays';
  throw error;
}

async function* idsOf(
  { conflicts }: Pick<Store, 'conflicts'>,
  { ids, kind, run_id, root }: ManyWishes,
): AsyncIterable<string> {
  if (ids === undefined) {
    for await (const found of conflicts.keys({ kind, runId: run_id, root })) yield conflictId(found.kind, found.key);
    return;
  }
  const faults = ids.flatMap((id, at) =>
    parseConflictId(id) === null ? [{ path: `ids.${at}`, message: 'is no id of a conflict' }] : [],
  );
  if (faults.length > 0) throw invalidInput(faults);
  yield* new Set(ids);
}
