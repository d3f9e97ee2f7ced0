import { type EntityKind, kinds, normaliseName, ownFields } from '@broadstreet-sync/domain';
import type { IntentPlan, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { contentHash } from '../row.ts';
import { undoOf } from '../undo-of.ts';
import { keepsToPlan } from './check-plan.ts';
import { keepPlan, remoteIds } from './keep-plan.ts';
import { type LeftOver, leftOverCreates, leftOverTask } from './left-over.ts';
import { lineageKey, nameKey, nameScope } from './name-scope.ts';
import { entityItem, linkTitle, orders } from './plan-items.ts';
import { planLasting } from './plan-removals.ts';
import { planUpdates, type Writing } from './plan-updates.ts';
import { writeItems } from './plan-writes.ts';
import { onlyPlans } from './planning.ts';
import { type Candidate, isToCreate, parentIdentity, prepareKind } from './prepare.ts';
import { reopenLate } from './reopen-late.ts';
import { type Settled, settleNames } from './settle-names.ts';

/**
 * Plans the export of a kind: first the lists that tell which names are taken, one for each parent that existed before
 * the run; when they are read, the names, payloads, intents and tasks. A run that only plans keeps what it would do
 * instead; one that carries out a plan stops before anything else than planned.
 *
 * @returns `support` while lists are to be read first
 */
export async function planExportKind(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
): Promise<'support' | 'ready'> {
  if (undoOf(run) !== null) {
    await planLasting(context, run, kind);
    return 'ready';
  }
  const candidates = await prepareKind(context, run, kind);
  const lists = nameLists(run, kind, candidates);
  // Each time: while lists were read somebody may have added an entity under another parent.
  await context.store.tasks.plan(lists);
  const [first] = await context.store.tasks.open({ run: run._id, kind: kind.name, stage: 'levels' }, 1);
  if (first?.action === 'names') return 'support';
  // Before names are given to drafts: those that edits give are taken.
  const { updates, taken } = await planUpdates(context, run, kind);
  const settled = await settleNames(context, run, kind, await reopenLate(context, run, kind, candidates), taken);
  const leftOver = await leftOverCreates(context, run, kind, settled);
  if (onlyPlans(run))
    await keepPlan(context, run, kind, {
      settled,
      lists,
      leftOver,
      writes: await writeItems(context, run, kind, updates),
    });
  else await planTasks(context, run, kind, { settled, leftOver, updates });
  return 'ready';
}

/** What is to be done about a kind. */
interface Decided {
  readonly settled: readonly Settled[];
  readonly leftOver: readonly LeftOver[];
  readonly updates: readonly Writing[];
}

async function planTasks(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  { settled, leftOver, updates }: Decided,
): Promise<void> {
  if (run.from_plan !== undefined) {
    const decisions = settled.filter(isDecided).map((entity, order) => entityItem(run, kind, entity, order));
    const writes = await writeItems(context, run, kind, updates);
    if (!(await keepsToPlan(context, run, run.from_plan, [...decisions, ...writes]))) return;
  }
  await noteRefusals(context, run, kind, settled);
  await context.store.intents.plan(settled.flatMap((entity) => intentOf(run, kind, entity)));
  await context.store.intents.resume(leftOver.map(({ intent }) => intent._id));
  await context.store.tasks.plan([
    ...leftOver.map((each) => leftOverTask(run, kind, each)),
    ...settled.map((entity, order) => taskOf(run, kind, entity, order)),
    ...updates.map(({ task }) => task),
  ]);
}

/** Says whether this run decides about an entity, and something is made of it. */
function isDecided(entity: Settled): boolean {
  return entity.link !== null || isToCreate(entity);
}

function nameLists(run: RunDocument, kind: EntityKind, candidates: readonly Candidate[]): PlannedTask[] {
  if (kind.unique.length === 0) return [];
  const lists = new Map<string, PlannedTask>();
  for (const { resolved } of candidates.filter(isToCreate)) {
    if (resolved === null || resolved.isNew) continue;
    const subject = lineageKey(kind, resolved.parents);
    const within = kind.lineage === undefined ? '' : ` of ${kinds[kind.lineage].singular} ${subject}`;
    const parents = remoteIds({ ...resolved.ancestors, ...resolved.parents });
    const title = `read names of ${kind.name}${within}`;
    lists.set(subject, {
      run_id: run._id,
      kind: kind.name,
      action: 'names',
      subject,
      title,
      parents,
      counted: false,
      order: orders.names,
    });
  }
  return [...lists.values()];
}

async function noteRefusals(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Settled[],
): Promise<void> {
  const errors = candidates.flatMap(({ id, refusal }) => {
    if (refusal === null) return [];
    const { message, category } = refusal.error;
    return [{ id, error: { message, category, run_id: run._id } }];
  });
  await context.store.locals.recordErrors(kind.name, errors);
}

function intentOf(run: RunDocument, kind: EntityKind, candidate: Settled): IntentPlan[] {
  if (candidate.resolved === null || candidate.link !== null || !isToCreate(candidate)) return [];
  const parents = remoteIds(candidate.resolved.parents);
  const ancestors = remoteIds(candidate.resolved.ancestors);
  const scope = nameScope(kind, parents);
  const key =
    parentIdentity(kind, candidate) ?? (candidate.sentName === null ? null : normaliseName(candidate.sentName));
  return [
    {
      local_id: candidate.id,
      kind: kind.name,
      run_id: run._id,
      name_key: key === null ? null : nameKey(scope, key),
      parents,
      ancestors,
      name: candidate.wish,
      sent_name: candidate.sentName,
      content: contentHash(ownFields(kind, candidate.entity)),
      payload: candidate.payload,
      before_ids: [...candidate.beforeIds],
    },
  ];
}

function taskOf(run: RunDocument, kind: EntityKind, candidate: Settled, order: number): PlannedTask {
  const task: PlannedTask = {
    run_id: run._id,
    kind: kind.name,
    action: 'create',
    subject: candidate.id,
    title: candidate.title,
    parents: remoteIds(candidate.resolved?.parents ?? {}),
    counted: true,
    order,
  };
  if (candidate.link !== null) {
    return { ...task, action: 'link', target: candidate.link, title: linkTitle(kind, candidate, candidate.link) };
  }
  if (candidate.refusal === null) return task;
  const { state, error, from } = candidate.refusal;
  return { ...task, state, error, blocked_by: from?.blockedBy ?? null };
}
