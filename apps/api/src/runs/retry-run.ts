import { hasEnded, type KindName, kindNames } from '@broadstreet-sync/domain';
import type { RunDocument, RunRequest, Store, TaskAction } from '@broadstreet-sync/store';
import { invalidInput, ProblemError } from '../http/problem-error.ts';

/** What of a run is meant, as its errors name it. */
interface Chosen {
  readonly kind: KindName;
  readonly subject: string;
}

function nameOf({ kind, subject }: Chosen): string {
  return `${kind}:${subject}`;
}

/** What of a run is worth trying again: the entities of an export, the lists of an import. */
const retried: Readonly<Record<RunDocument['operation'], TaskAction[]>> = {
  export: ['create', 'link', 'update', 'remove'],
  import: ['list'],
};

/**
 * A run of what failed or was blocked in an earlier one. One that was stopped by a failure is asked for again as it was.
 *
 * @param confirmed kinds that may be created though the API can never delete them, beside those of the earlier run
 * @param chosen the only ones of what failed or was blocked; null: all
 * @throws ProblemError `run_not_ended`, `nothing_to_retry`, `plan_outdated`, `invalid_input`
 */
export async function retryOf(
  store: Pick<Store, 'tasks'>,
  run: RunDocument,
  confirmed: readonly KindName[],
  chosen: readonly Chosen[] | null,
): Promise<Omit<RunRequest, 'idempotency_key'>> {
  if (!hasEnded(run.status)) {
    const detail = `The run ${run._id} is ${run.status}: wait for its end, or cancel it.`;
    throw new ProblemError({ code: 'run_not_ended', detail });
  }
  if (run.operation === 'import' && confirmed.length > 0) {
    throw invalidInput([{ path: 'confirm', message: 'is for an export only: remove it' }]);
  }
  const { operation, mode, filters, max_age_hours = null, dry_run, conflicts } = run;
  const confirm = [...new Set([...run.confirm, ...confirmed])];
  const adopt = run.adopt === undefined ? {} : { adopt: run.adopt };
  const wishes = { operation, mode, max_age_hours, dry_run, conflicts, confirm, ...adopt, undo: run.undo ?? null };
  const again = { ...wishes, requested_by: 'api', retry_of: run._id };
  if (run.stop?.reason === 'failed' && chosen === null) {
    refuseOutdated(run);
    const plan = run.from_plan === undefined ? {} : { from_plan: run.from_plan };
    return { ...again, ...plan, kinds: run.kinds, only: run.only, filters };
  }
  const only: Partial<Record<KindName, string[]>> = {};
  const refused = {
    run_id: run._id,
    action: { $in: retried[run.operation] },
    state: { $in: ['failed' as const, 'blocked' as const] },
  };
  const names = chosen === null ? null : new Set(chosen.map(nameOf));
  for await (const { kind, subject } of store.tasks.each(refused)) {
    if (names !== null && !names.has(nameOf({ kind, subject }))) continue;
    const subjects = only[kind] ?? [];
    subjects.push(subject);
    only[kind] = subjects;
  }
  for (const subjects of Object.values(only)) subjects.sort();
  const kinds = kindNames.filter((name) => only[name] !== undefined);
  if (kinds.length === 0) {
    const what = chosen === null ? 'Nothing' : 'Nothing of what is named';
    const detail = `${what} failed or was blocked in the run ${run._id}: start a new run instead.`;
    throw new ProblemError({ code: 'nothing_to_retry', detail });
  }
  // Of an export the choice is made: what was edited since may not fit the filters any more.
  return { ...again, kinds, only, filters: operation === 'export' ? {} : filters };
}

/** What was approved does not hold any more: without its plan the run would be another. */
function refuseOutdated({ _id, from_plan, error }: RunDocument): void {
  if (from_plan === undefined || error?.code !== 'plan_outdated') return;
  const detail = `The run ${_id} was to carry out the plan of ${from_plan}, which is outdated: make a dry run again, and export its plan.`;
  throw new ProblemError({ code: 'plan_outdated', detail });
}
