import { type EntityKind, type HoldReason, scopeId } from '@broadstreet-sync/domain';
import type { HoldDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import { type Found, findLists, stocksOf } from './find-losses.ts';
import { judge } from './guard.ts';
import { planRereads } from './reread-parents.ts';
import { stageLostParents } from './stage-removals.ts';

/**
 * Decides what of a kind is held, once all its lists have been read or have failed; before that it plans to read once more
 * the lists of what its entities refer to in vain. What is decided stays: who confirms sees what was held.
 *
 * @returns the run as it then is
 */
export async function settleImportKind(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
): Promise<RunDocument | null> {
  const { holds } = context.store;
  // What was in production before needs nobody's word.
  if (undoOf(run) !== null) return holds.settle(run._id, kind.name, []);
  if (kind.references !== undefined && (await planRereads(context, run, kind)).length > 0) return run;
  // Most kinds of most runs have lost nothing.
  const isOdd = (run.held ?? 0) > 0 || (await holds.isAnythingOdd(run._id, kind.name));
  if (!isOdd) return holds.settle(run._id, kind.name, []);
  const found = await findLists(context, run, kind);
  const findings = found.map(({ finding }) => finding);
  const held = judge(kind, findings, await stocksOf(context, run, kind, findings));
  const documents = found.flatMap((each): HoldDocument[] => {
    const reasons = held.get(each.finding.scope);
    return reasons === undefined ? [] : [holdOf(each, { reasons, isHeld: (scope) => held.has(scope) })];
  });
  const settled = await holds.settle(run._id, kind.name, documents);
  await stageLost(context, run, kind, found);
  return settled;
}

/** Stages what goes with parents that the API does not know any more. Where a process dies first, the next import does. */
async function stageLost(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  found: readonly Found[],
): Promise<void> {
  const held = new Set((await context.store.holds.of(run._id, [kind.name])).map(({ scope }) => scope));
  for (const { task } of found) {
    const { lost_parent: parent, requested_at: requestedAt = task.created_at } = task.result ?? {};
    if (parent === undefined || held.has(task.subject)) continue;
    await stageLostParents(context, run, { kind: parent.kind, keys: [parent.key], requestedAt });
  }
}

function holdOf(
  { task, finding, needs }: Found,
  judged: { readonly reasons: HoldReason[]; readonly isHeld: (scope: string) => boolean },
): HoldDocument {
  const { kind, subject: scope, result } = task;
  const moved = finding.movesTo.filter(judged.isHeld).map((target) => scopeId(kind, target));
  return {
    _id: `${task.run_id}:${scopeId(kind, scope)}`,
    run_id: task.run_id,
    kind,
    scope,
    task_id: task._id,
    title: task.title,
    state: 'held',
    reasons: judged.reasons,
    rows_before: finding.isLost ? (finding.losses.get(kind) ?? 0) : finding.before,
    rows_now: result?.rows ?? 0,
    losses: Object.fromEntries(finding.losses),
    needs: [...needs, ...moved],
    lost_parent: result?.lost_parent ?? null,
    requested_at: result?.requested_at ?? task.created_at,
    replaced_by: null,
  };
}
