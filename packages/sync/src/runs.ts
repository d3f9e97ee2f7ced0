import {
  type EntityKind,
  type ErrorRecord,
  goesAlong,
  type KindName,
  levels,
  removalSteps,
} from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { concernedKinds } from './concerned-kinds.ts';
import type { SyncContext } from './context.ts';
import { checkLocally } from './export/check-plan.ts';
import { planExportKind } from './export/plan-kind.ts';
import { onlyPlans } from './export/planning.ts';
import { expectLists } from './import/expect-lists.ts';
import { planImportKind } from './import/plan-kind.ts';
import { settleImportKind } from './import/settle-kind.ts';

const readOnly: ErrorRecord = {
  category: 'validation',
  code: 'read_only',
  message: 'This installation only reads: nothing may be created in Broadstreet.',
  remedy: 'Set BROADSTREET_READ_ONLY=false to export.',
};

/** Begins a run, or goes on with it. One that is of no use from the start is stopped. */
export async function startRun(context: SyncContext, run: RunDocument): Promise<void> {
  const { runs } = context.store;
  if (run.operation === 'import' && (run.expected ?? null) === null) {
    const concerned = levels.flatMap((_, at) => kindsAtLevel(run, at + 1));
    await runs.expect(run._id, await expectLists(context, run, concerned));
  }
  // Begun first: a run that ends before it has begun closes nothing, and tells no entity why.
  await runs.start(run._id);
  if (run.operation === 'export' && !run.dry_run && context.limits.readOnly)
    await runs.requestStop(run._id, 'failed', readOnly);
  if (run.from_plan !== undefined && onlyPlans(run)) await checkLocally(context, run, run.from_plan);
}

/** The {@link concernedKinds} of a level. */
export function kindsAtLevel(run: RunDocument, level: number): EntityKind[] {
  const concerned = concernedKinds(run);
  return (levels[level - 1] ?? []).filter(({ name }) => concerned.has(name));
}

/** Kinds of which a run may have something to remove, children first; with those of which something would go along. */
export function kindsToRemove(run: RunDocument): EntityKind[] {
  if (run.operation !== 'export' || onlyPlans(run)) return [];
  return removalSteps.flat().filter((kind) => [kind, ...goesAlong(kind)].some(({ name }) => run.kinds.includes(name)));
}

/**
 * Stores the tasks of a kind, once those of the level below have ended; again changes nothing.
 *
 * @returns the run as it then is
 */
export async function planKind(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<RunDocument | null> {
  const known = run.plan[kind.name];
  if (known?.phase === 'ready' || known?.phase === 'settled') return run;
  let phase: 'support' | 'ready' = 'ready';
  if (run.operation === 'import') await planImportKind(context, run, kind);
  else phase = await planExportKind(context, run, kind);
  context.reach('after_plan');
  return context.store.runs.setPlan(run._id, kind.name, { phase, windows: known?.windows ?? 0 });
}

/**
 * Does what follows when no task of a kind is open any more; again changes nothing. It may plan more of them.
 *
 * @returns the run as it then is
 */
export async function settleKind(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
): Promise<RunDocument | null> {
  if (run.operation !== 'import' || run.plan[kind.name]?.phase !== 'ready') return run;
  return settleImportKind(context, run, kind);
}

/** Says whether nothing more is to be done for a kind: what hangs on it may begin. */
export function isKindOver({ operation, plan }: RunDocument, kind: KindName): boolean {
  return plan[kind]?.phase === (operation === 'import' ? 'settled' : 'ready');
}
