import { pathOf } from '@broadstreet-sync/contract';
import { hasEnded, type KindName, kindNames, kinds, planOutdated } from '@broadstreet-sync/domain';
import type { RunDocument, Store, Whereabouts } from '@broadstreet-sync/store';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import type { AskedRun, NewRun } from './asked-run.ts';

type CompletingStore = Pick<Store, 'runs' | 'selection' | 'changesSince'>;

/** Changes that an answer names. */
const mostChanges = 100;

/**
 * Looks up what a trigger names: local entities, and the plan that it is to carry out.
 *
 * @throws ProblemError `invalid_input`, `run_not_ended`, `plan_outdated`
 */
export async function completeRun(store: CompletingStore, { run, localIds, planId }: AskedRun): Promise<NewRun> {
  if (planId !== undefined) return fromPlan(store, run, planId);
  return localIds === undefined ? run : { ...run, ...(await chosen(store, run.kinds, localIds)) };
}

/** Local entities by their kinds. */
async function chosen(
  { selection }: CompletingStore,
  allowed: readonly KindName[],
  ids: readonly string[],
): Promise<Pick<NewRun, 'kinds' | 'only'>> {
  const places = await selection.locate(ids);
  const faults = ids.flatMap((id, at) => {
    const message = whyNotChosen(allowed, places.get(id));
    return message === null ? [] : [{ path: `local_ids.${at}`, message: `${id} ${message}` }];
  });
  if (faults.length > 0) throw invalidInput(faults);
  const only: Partial<Record<KindName, string[]>> = {};
  for (const name of kindNames) {
    const own = [...new Set(ids)].filter((id) => places.get(id)?.kind === name);
    if (own.length > 0) only[name] = own;
  }
  return { only, kinds: kindNames.filter((name) => only[name] !== undefined) };
}

function whyNotChosen(allowed: readonly KindName[], place: Whereabouts | undefined): string | null {
  if (place === undefined) return 'is not the _id of a local entity';
  const { singular, name } = kinds[place.kind];
  if (place.state === 'exported') {
    const address = pathOf({ path: `/api/${name}/{id}` }, { id: place.key });
    return `has been exported already: it is the ${singular} at ${address}`;
  }
  return allowed.includes(place.kind) ? null : `is a local ${singular}: name it at the trigger of ${name}, or of all`;
}

/** The run that carries out a plan: what was chosen, confirmed and wished for then. */
async function fromPlan(store: CompletingStore, run: NewRun, planId: string): Promise<NewRun> {
  const plan = await store.runs.get(planId);
  const fault = plan === null ? 'is no run' : whyNotCarriedOut(run, plan);
  if (plan === null || fault !== null) throw invalidInput([{ path: 'plan', message: `${planId} ${fault}` }]);
  if (!hasEnded(plan.status)) {
    const detail = `The dry run ${planId} is ${plan.status}: wait for its end, and look at its plan.`;
    throw new ProblemError({ code: 'run_not_ended', detail });
  }
  if (plan.planned === undefined) {
    const message = `${planId} was ${plan.status} before its plan was whole: make a dry run again`;
    throw invalidInput([{ path: 'plan', message }]);
  }
  refuseOtherConfirmation(run, plan);
  const changes = await store.changesSince(plan, mostChanges);
  if (changes.length > 0) {
    const { message, remedy } = planOutdated(planId, changes);
    throw new ProblemError({ code: 'plan_outdated', detail: `${message} ${remedy}`, extra: { changes } });
  }
  const { kinds: chosenKinds, only, filters, confirm, conflicts, adopt } = plan;
  const wishes = { kinds: chosenKinds, only, filters, confirm, conflicts, ...(adopt === undefined ? {} : { adopt }) };
  return { ...run, ...wishes, from_plan: planId };
}

function whyNotCarriedOut(run: NewRun, plan: RunDocument): string | null {
  if (plan.operation !== 'export' || !plan.dry_run) return 'is no dry run of an export';
  const others = plan.kinds.filter((name) => !run.kinds.includes(name));
  return others.length === 0 ? null : `is of ${others.join(', ')} too: name it at the trigger that it was made with`;
}

/** What a plan creates for good was confirmed with it. */
function refuseOtherConfirmation(run: NewRun, plan: RunDocument): void {
  const isSame = run.confirm.every((name) => plan.confirm.includes(name)) && run.confirm.length <= plan.confirm.length;
  if (isSame) return;
  const planned = plan.confirm.length === 0 ? 'without a confirmation' : `with ${plan.confirm.join(', ')}`;
  const message = `is other than that of the plan, which was made ${planned}: make a dry run with this one`;
  throw invalidInput([{ path: 'confirm', message }]);
}
