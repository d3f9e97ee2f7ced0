import type { InputFault, Trigger } from '@broadstreet-sync/contract';
import { filterProblems, isSame, type KindName, type Operation } from '@broadstreet-sync/domain';
import type { RunDocument, RunRequest } from '@broadstreet-sync/store';
import { invalidInput, ProblemError } from '../http/problem-error.ts';

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
 * @throws ProblemError `invalid_input`, or `not_available` for what a later version will do
 */
export function toAskedRun(operation: Operation, kinds: readonly KindName[], body: Trigger): AskedRun {
  const faults = operation === 'import' ? misplacedIn(body, exportOnly, 'an export') : exportFaults(kinds, body);
  if (faults.length > 0) throw invalidInput(faults);
  if (operation === 'import') refuseUnavailable(body);
  const { local_ids: localIds, plan: planId, adopt } = body;
  const filters = given(body.filters ?? {});
  const run: NewRun = {
    operation,
    mode: 'full',
    kinds: [...kinds],
    only: null,
    filters,
    dry_run: body.dry_run ?? false,
    conflicts: body.conflicts ?? 'remote_wins',
    confirm: body.confirm ?? [],
    ...(adopt === undefined ? {} : { adopt }),
    requested_by: 'api',
    retry_of: null,
    asked: { ...given({ plan: planId, adopt }), kinds, filters, local_ids: [...new Set(localIds)].sort() },
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

/** What imports do not do yet. */
function refuseUnavailable(body: Trigger): void {
  const faults: InputFault[] = [];
  const note = (path: string, message: string) => faults.push({ path, message });
  if (body.mode !== undefined && body.mode !== 'full') note('mode', 'only "full" is available');
  for (const name of Object.keys(given(body.filters ?? {}))) note(`filters.${name}`, 'is not available yet');
  if (body.max_age_hours !== undefined) note('max_age_hours', 'is not available yet');
  if (faults.length === 0) return;
  const fields = faults.map(({ path }) => path).join(', ');
  const detail = `This version imports in full, without filters: remove ${fields}.`;
  throw new ProblemError({ code: 'not_available', detail, errors: faults });
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
