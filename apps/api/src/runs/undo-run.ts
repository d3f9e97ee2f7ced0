import type { UndoPlanView } from '@broadstreet-sync/contract';
import { hasEnded, type KindName, kindNames, type PlainRequest, type UndoStep } from '@broadstreet-sync/domain';
import type { RunDocument, RunRequest, Store } from '@broadstreet-sync/store';
import { remoteRefView } from '../entities/local-view.ts';
import { ProblemError } from '../http/problem-error.ts';

/** A request in one line, as people write it. */
function lineOf({ method, path, query }: PlainRequest): string {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return `${method} ${path}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`;
}

function refOf({ fact }: UndoStep) {
  return { ...remoteRefView(fact), local_id: fact.localId };
}

/** What the undo of an export would do now. @throws ProblemError `run_not_ended` */
export async function readUndoPlan(
  { undo }: Pick<Store, 'undo'>,
  run: RunDocument,
  force: boolean,
): Promise<UndoPlanView> {
  requireEnded(run);
  const steps = await undo.plan(run._id, force);
  const removed = steps.flatMap((step) =>
    step.fate === 'removed' ? [{ ...refOf(step), requests: step.requests.map(lineOf) }] : [],
  );
  return {
    run_id: run._id,
    force,
    requests: removed.reduce((sum, { requests }) => sum + requests.length, 0),
    removed,
    along: steps.flatMap((step) => (step.fate === 'along' ? [{ ...refOf(step), with: remoteRefView(step.with) }] : [])),
    stays: steps.flatMap((step) => {
      if (step.fate !== 'stays') return [];
      const { code, reason, remedy } = step;
      return [{ ...refOf(step), code, reason, remedy }];
    }),
  };
}

/**
 * A run that undoes an export.
 *
 * @throws ProblemError `run_not_ended`, `nothing_to_undo`
 */
export async function undoOf(
  store: Pick<Store, 'undo'>,
  run: RunDocument,
  force: boolean,
): Promise<Omit<RunRequest, 'idempotency_key'>> {
  const plan = await readUndoPlan(store, run, force);
  if (plan.removed.length === 0) throw nothingToUndo(run, plan);
  const concerned = new Set([...plan.removed, ...plan.along, ...plan.stays].map(({ kind }) => kind));
  const kinds = kindNames.filter((name) => concerned.has(name));
  return undoing(run, force, kinds);
}

/** A run that undoes another, of the same operation. */
export function undoing(
  { _id, operation, conflicts }: RunDocument,
  force: boolean,
  kinds: KindName[],
): Omit<RunRequest, 'idempotency_key'> {
  return {
    operation,
    mode: 'full',
    kinds,
    only: null,
    filters: {},
    dry_run: false,
    conflicts,
    confirm: [],
    requested_by: 'api',
    retry_of: null,
    undo: { run_id: _id, force },
  };
}

/** @throws ProblemError `run_not_ended` */
export function requireEnded(run: RunDocument): void {
  if (hasEnded(run.status)) return;
  const detail = `The run ${run._id} is ${run.status}: wait for its end, or cancel it.`;
  throw new ProblemError({ code: 'run_not_ended', detail });
}

function nothingToUndo(run: RunDocument, plan: UndoPlanView): ProblemError {
  const why =
    plan.stays.length === 0
      ? 'has created nothing that is still there'
      : `has created nothing that can be removed now: ${plan.stays[0]?.reason ?? ''}`;
  return new ProblemError({ code: 'nothing_to_undo', detail: `The run ${run._id} ${why}`, extra: { plan } });
}
