import { hasEnded, type KindName, kindNames } from '@broadstreet-sync/domain';
import type { RunDocument, RunRequest, Store, TaskAction } from '@broadstreet-sync/store';
import { ProblemError } from '../http/problem-error.ts';

/** What of a run is worth trying again: the entities of an export, the lists of an import. */
const retried: Readonly<Record<RunDocument['operation'], TaskAction>> = { export: 'create', import: 'list' };

/**
 * A run of what failed or was blocked in an earlier one.
 *
 * @throws ProblemError `run_not_ended`, `nothing_to_retry`
 */
export async function retryOf(
  store: Pick<Store, 'tasks'>,
  run: RunDocument,
): Promise<Omit<RunRequest, 'idempotency_key'>> {
  if (!hasEnded(run.status)) {
    const detail = `The run ${run._id} is ${run.status}: wait for its end, or cancel it.`;
    throw new ProblemError({ code: 'run_not_ended', detail });
  }
  const only: Partial<Record<KindName, string[]>> = {};
  const refused = {
    run_id: run._id,
    action: retried[run.operation],
    state: { $in: ['failed' as const, 'blocked' as const] },
  };
  for await (const { kind, subject } of store.tasks.each(refused)) {
    const subjects = only[kind] ?? [];
    subjects.push(subject);
    only[kind] = subjects;
  }
  const kinds = kindNames.filter((name) => only[name] !== undefined);
  if (kinds.length === 0) {
    const detail = `Nothing of the run ${run._id} failed or was blocked: start a new run instead.`;
    throw new ProblemError({ code: 'nothing_to_retry', detail });
  }
  const { operation, mode, filters, max_age_hours = null, dry_run, conflicts, confirm } = run;
  const asked = { operation, mode, filters, max_age_hours, dry_run, conflicts, confirm };
  return { ...asked, kinds, only, requested_by: 'api', retry_of: run._id };
}
