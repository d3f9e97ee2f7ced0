import type { InputFault, RunView, Trigger } from '@broadstreet-sync/contract';
import type { KindName, Operation } from '@broadstreet-sync/domain';
import type { RunDocument, RunRequest } from '@broadstreet-sync/store';
import type { Http } from '../http/bind.ts';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { answerRun, enqueueRun, type StartedRun } from './await-run.ts';
import { toImportRequest } from './import-request.ts';
import type { RunViews } from './run-view.ts';
import type { RunWatcher } from './run-watcher.ts';

export interface TriggerParts extends Pick<ApiParts, 'store' | 'queues' | 'log' | 'baseUrl'> {
  readonly views: RunViews;
  readonly watcher: RunWatcher;
}

/** What `?wait`, `?queue` and `Idempotency-Key` say. */
export interface TriggerWishes {
  readonly query: { wait?: string | undefined; queue?: string | undefined };
  readonly headers: { 'idempotency-key'?: string | undefined };
}

const exportOnly = ['plan', 'local_ids', 'confirm'] as const;

/**
 * Turns a trigger's body into what the store is asked for.
 *
 * @throws ProblemError `invalid_input`, or `not_available` for what a later version will do
 */
export function toRunRequest(
  operation: Operation,
  kinds: readonly KindName[],
  body: Trigger,
): Omit<RunRequest, 'idempotency_key'> {
  const misplaced = operation === 'import' ? exportOnly.filter((field) => body[field] !== undefined) : [];
  if (misplaced.length > 0) {
    throw invalidInput(misplaced.map((path) => ({ path, message: 'is for an export only: remove it' })));
  }
  const missing = operation === 'export' ? notAvailable(body) : [];
  if (missing.length > 0) {
    const fields = missing.map(({ path }) => path).join(', ');
    const detail = `This version exports in full, without filters or choices: remove ${fields}.`;
    throw new ProblemError({ code: 'not_available', detail, errors: missing });
  }
  return {
    operation,
    ...(operation === 'import' ? toImportRequest(kinds, body) : { mode: 'full', kinds: [...kinds], filters: {} }),
    only: null,
    dry_run: body.dry_run ?? false,
    conflicts: body.conflicts ?? 'remote_wins',
    confirm: body.confirm ?? [],
    requested_by: 'api',
    retry_of: null,
  };
}

/** What exports do not do yet. */
function notAvailable(body: Trigger): InputFault[] {
  const faults: InputFault[] = [];
  const note = (path: string, message: string) => faults.push({ path, message });
  if (body.mode !== undefined && body.mode !== 'full') note('mode', 'only "full" is available');
  for (const [name, value] of Object.entries(body.filters ?? {})) {
    if (value !== undefined) note(`filters.${name}`, 'is not available yet');
  }
  for (const name of ['max_age_hours', 'plan', 'local_ids'] as const) {
    if (body[name] !== undefined) note(name, 'is not available yet');
  }
  if (body.dry_run === true) note('dry_run', 'is available for imports only');
  return faults;
}

/** Starts runs: stores them first, since MongoDB is what counts, then hands them to the queues. */
export function createTrigger({ store, queues, log, baseUrl, views, watcher }: TriggerParts) {
  async function enqueue(run: RunDocument): Promise<void> {
    // Behind another run it waits without a slot; who ends that one starts it.
    const holder = run.slot === null ? await store.runs.get(run._id) : run;
    if (holder !== null && holder.slot !== null) await enqueueRun({ queues, log }, holder);
  }

  return async function startRun(
    request: Omit<RunRequest, 'idempotency_key'>,
    { query, headers }: TriggerWishes,
    http: Http,
  ): Promise<StartedRun> {
    await store.account.claim(baseUrl);
    const idempotencyKey = headers['idempotency-key'] ?? null;
    const { outcome, run } = await store.runs.trigger(
      { ...request, idempotency_key: idempotencyKey },
      query.queue === 'true',
    );
    if (outcome === 'busy') throw runInProgress(await views.one(run));
    if (outcome === 'repeated' && !isSame(request, run)) throw keyReused(await views.one(run));
    if (outcome === 'created') {
      log.info({ run: run._id, operation: run.operation, kinds: run.kinds }, 'run stored');
      await enqueue(run);
    }
    return answerRun({ store, views, watcher }, run, query.wait, http);
  };
}

export type StartRun = ReturnType<typeof createTrigger>;

/** Says whether a trigger asks for what a run was made for. */
function isSame(request: Omit<RunRequest, 'idempotency_key'>, run: RunDocument): boolean {
  const essence = ({ operation, kinds, dry_run, conflicts, confirm, retry_of, ...scope }: typeof request) =>
    JSON.stringify([operation, kinds, dry_run, conflicts, confirm, retry_of, scopeOf(scope)]);
  return essence(request) === essence(run);
}

function scopeOf({ mode, filters, max_age_hours = null }: Pick<RunRequest, 'mode' | 'filters' | 'max_age_hours'>) {
  return [mode, filters, max_age_hours];
}

function keyReused(run: RunView): ProblemError {
  const detail = `The Idempotency-Key was used for the ${run.operation} ${run.id}, which asked for something else: give this request a key of its own.`;
  return new ProblemError({ code: 'idempotency_key_reused', detail, extra: { run } });
}

/** @param run the one that is under way */
export function runInProgress(run: RunView): ProblemError {
  const detail = `The ${run.operation} ${run.id} is under way: wait for its end, cancel it, or add ?queue=true to run after it.`;
  return new ProblemError({ code: 'run_in_progress', detail, extra: { run } });
}
