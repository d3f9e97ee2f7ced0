import type { EntityKind } from '@broadstreet-sync/domain';
import type { ReversalStep, RunDocument, StagedChange } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { contentHash } from '../row.ts';
import { isDangling } from './diff-scope.ts';
import { createStage } from './stage.ts';

/** Stages, of an import that undoes another, the opposite of what that has changed of a kind; again changes nothing. */
export async function stageReversals(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  { run_id, force }: NonNullable<RunDocument['undo']>,
): Promise<void> {
  const { changes, history, runs } = context.store;
  const undone = await runs.get(run_id);
  if (undone === null) return;
  // Before production is looked at: what is written from then on is left alone.
  const requestedAt = await context.store.now();
  const stage = createStage(context, run, kind, changes.planner(run._id, kind.name));
  for await (const steps of history.reversals(undone, kind.name, run.only, force)) {
    await stage.add(steps.flatMap((step) => stagedReversal(kind, step, requestedAt)));
  }
  await stage.end();
}

function stagedReversal(
  kind: EntityKind,
  { entry, current, reversal }: ReversalStep,
  requestedAt: Date,
): StagedChange[] {
  if (reversal.fate === 'stays') return [];
  const row = reversal.operation === 'remove' ? null : entry.before;
  const { ours } = entry;
  return [
    {
      key: entry.key,
      operation: reversal.operation,
      expects: current?.sync.revision ?? null,
      requested_at: requestedAt,
      before: null,
      after: row,
      // With edits it is no row that a list could show.
      hash: row === null || (ours?.edited.length ?? 0) > 0 ? null : contentHash(row),
      dangling: row !== null && isDangling(kind, row),
      ...(ours === undefined ? {} : { restores: ours }),
    },
  ];
}
