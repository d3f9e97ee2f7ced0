import type { InputFault, Trigger } from '@broadstreet-sync/contract';
import { filterProblems, isSame, type KindName, type Operation } from '@broadstreet-sync/domain';
import type { RunDocument, RunRequest } from '@broadstreet-sync/store';
import { invalidInput } from '../http/problem-error.ts';
import { toImportRequest } from './import-request.ts';

/** A run as the store is asked for it, without the key. */
export type NewRun = Omit<RunRequest, 'idempotency_key'>;

/** What a trigger asks for, before anything of it was looked up. */
export interface AskedRun {
  readonly run: NewRun;
  /** Local entities that are to be found. */
  readonly localIds: readonly string[] | undefined;
  /** The dry run that is to be carried out. */
  readonly planId: string | undefined;
}

const exportOnly = ['plan', 'local_ids', 'confirm', 'adopt'] as const;
const importOnly = ['mode', 'max_age_hours'] as const;
/** What a plan says itself. */
const inPlan = ['filters', 'local_ids', 'adopt', 'conflicts'] as const;

/**
 * Reads a trigger's body.
 *
 * @throws ProblemError `invalid_input`
 */
export function toAskedRun(operation: Operation, kinds: readonly KindName[], body: Trigger): AskedRun {
  const faults = operation === 'import' ? misplacedIn(body, exportOnly, 'an export') : exportFaults(kinds, body);
  if (faults.length > 0) throw invalidInput(faults);
  const { local_ids: localIds, plan: planId, adopt } = body;
  const chosen =
    operation === 'import'
      ? toImportRequest(kinds, body)
      : { mode: 'full' as const, kinds: [...kinds], filters: given(body.filters ?? {}) };
  const run: NewRun = {
    operation,
    ...chosen,
    only: null,
    dry_run: body.dry_run ?? false,
    conflicts: body.conflicts ?? 'remote_wins',
    confirm: body.confirm ?? [],
    ...(adopt === undefined ? {} : { adopt }),
    requested_by: 'api',
    retry_of: null,
    asked: { ...given({ plan: planId, adopt }), ...chosen, local_ids: [...new Set(localIds)].sort() },
  };
  return { run, localIds, planId };
}

function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function misplacedIn(body: Trigger, fields: readonly (keyof Trigger)[], of: string): InputFault[] {
  return fields
    .filter((field) => body[field] !== undefined)
    .map((path) => ({ path, message: `is for ${of} only: remove it` }));
}

function exportFaults(kinds: readonly KindName[], body: Trigger): InputFault[] {
  const faults = misplacedIn(body, importOnly, 'an import');
  for (const { path, message } of filterProblems(kinds, given(body.filters ?? {}))) {
    faults.push({ path: `filters.${path}`, message });
  }
  if (body.local_ids !== undefined && Object.keys(given(body.filters ?? {})).length > 0) {
    faults.push({ path: 'filters', message: 'is not for entities that local_ids name: remove one of both' });
  }
  if (body.plan === undefined) return faults;
  const doubled = inPlan.filter((field) => body[field] !== undefined);
  faults.push(...doubled.map((path) => ({ path, message: 'is said by the plan: remove it' })));
  if (body.dry_run === true) faults.push({ path: 'dry_run', message: 'is what the plan was made by: remove it' });
  return faults;
}

/** Says whether a trigger asks for what a run was made for. */
export function isSameRun(request: NewRun, run: RunDocument): boolean {
  return isSame(essenceOf(request), essenceOf(run));
}

/** The choice as it was asked for: looked up again it may be found elsewhere. */
function essenceOf({ asked, ...run }: NewRun): unknown {
  const { operation, kinds, dry_run, conflicts, confirm, retry_of, undo = null } = run;
  // What a plan says is not asked for by who carries it out.
  const said = asked?.plan === undefined ? { conflicts, confirm } : {};
  return [operation, asked ?? kinds, dry_run, said, retry_of, undo];
}
