import {
  childLists,
  type EntityKind,
  levels,
  remotePart,
  removalSteps,
  removeRequest,
  valuesOf,
} from '@broadstreet-sync/domain';
import type { PlanItem, ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { updateRequest } from '../requests.ts';
import { levelOf, nothing } from './plan-items.ts';
import { listWanted } from './plan-removals.ts';
import { planUpdate, updateBody } from './plan-update.ts';
import type { Writing } from './plan-updates.ts';

/** What a run would write of entities of a kind that exist: edits as far as is known here, and removals. Nothing is stored. */
export async function writeItems(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  updates: readonly Writing[],
): Promise<PlanItem[]> {
  // Of what an undo has begun an export only finds out what became of it: it sends nothing.
  const removals = (await listWanted(context, run, kind)).filter(({ document: { sync } }) => !sync.deletion?.undo);
  return [...updates.map((each) => updateItem(kind, each)), ...removals.map((each) => removeItem(kind, each))];
}

/** It is read again before it is sent: what Broadstreet has changed since the last import is then compared. */
function updateItem(kind: EntityKind, writing: Writing): PlanItem {
  const { document, task } = writing;
  const known = { ...remotePart(document), ...document.sync.base, ...document.sync.conflict?.remote };
  // What is sent where nobody has changed it there: only what both sides changed is for a policy to decide.
  const body = updateBody(kind, known, planUpdate(kind, document, known, 'local_wins'));
  return {
    ...itemOf(writing),
    level: levelOf(kind),
    action: 'update',
    draft: valuesOf(document, document.sync.edited),
    ...(task.error === undefined ? { reads: 1, request: updateRequest(kind, document, body) } : { request: null }),
  };
}

/** Removals come when all levels are done, children first; each looks first whether something hangs on the entity. */
function removeItem(kind: EntityKind, writing: Writing): PlanItem {
  const { document } = writing;
  const step = removalSteps.findIndex((kindsOfStep) => kindsOfStep.includes(kind));
  return {
    ...itemOf(writing),
    level: levels.length + 1 + step,
    action: 'remove',
    reads: childLists(kind, document).length,
    request: { ...removeRequest(kind, document), body: null },
  };
}

function itemOf({ document, task }: Writing): Omit<PlanItem, 'level' | 'action' | 'request'> {
  const { run_id, kind, order, subject, title, parents, error = null } = task;
  return {
    ...nothing,
    run_id,
    kind,
    order,
    state: error === null ? 'planned' : 'failed',
    subject,
    title,
    name: nameOf(document),
    parents,
    error,
  };
}

function nameOf({ name }: ProductionDocument): string | null {
  return typeof name === 'string' ? name.trim() : null;
}
