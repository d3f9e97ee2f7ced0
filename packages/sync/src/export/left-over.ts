import { type EntityKind, fitsFilters } from '@broadstreet-sync/domain';
import type { IntentDocument, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isAllowed } from './in-hand.ts';
import { nameScope } from './name-scope.ts';
import { orders } from './plan-items.ts';
import type { Candidate } from './prepare.ts';

/** A create of an earlier run whose outcome is open and whose draft was deleted since. */
export interface LeftOver {
  readonly intent: IntentDocument;
  readonly title: string;
}

/**
 * Those of a kind that a run settles: what it was asked for, and what may have taken a name under a parent in which it
 * makes something itself. All else is for the workers, beside any run.
 *
 * @param candidates what the run is to make
 */
export async function leftOverCreates(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<LeftOver[]> {
  const { store } = context;
  const open = (await store.intents.open(kind.name)).filter((intent) => isAllowed(context, intent));
  if (open.length === 0) return [];
  const ids = open.map(({ _id }) => _id);
  const drafts = await store.locals.many(kind.name, ids);
  const kept = new Set(drafts.map(({ _id }) => _id.toHexString()));
  const isChosen = await choiceOf(context, run, kind);
  const concerned = scopesOf(kind, candidates);
  return open
    .filter(({ _id }) => !kept.has(_id))
    .filter((intent) => isChosen(intent) || concerned.has(nameScope(kind, intent.parents)))
    .map((intent) => {
      const { _id, sent_name } = intent;
      return { intent, title: `settle ${kind.singular} ${sent_name === null ? _id : JSON.stringify(sent_name)}` };
    });
}

/** Says what a run was asked for, of what is local no more. */
async function choiceOf(
  { store }: SyncContext,
  run: RunDocument,
  kind: EntityKind,
): Promise<(intent: IntentDocument) => boolean> {
  if (run.only !== null) {
    const named = new Set(run.only[kind.name]);
    return ({ _id }) => named.has(_id);
  }
  if (!run.kinds.includes(kind.name)) return () => false;
  const filters = await store.selection.filtersOf(run);
  return ({ _id, name, ancestors, parents }) => {
    return fitsFilters(kind, { id: _id, name }, { ...ancestors, ...parents }, filters);
  };
}

/** Where a run makes something. */
function scopesOf(kind: EntityKind, candidates: readonly Candidate[]): Set<string> {
  const concerned = candidates.filter(({ refusal }) => refusal === null);
  return new Set(concerned.flatMap(({ resolved }) => (resolved === null ? [] : nameScope(kind, resolved.parents))));
}

/** The task of settling one. */
export function leftOverTask(run: RunDocument, kind: EntityKind, { intent, title }: LeftOver): PlannedTask {
  return {
    run_id: run._id,
    kind: kind.name,
    action: 'create',
    subject: intent._id,
    title,
    parents: intent.parents,
    counted: true,
    order: orders.names,
  };
}
