import { type EntityKind, kinds, normaliseName } from '@broadstreet-sync/domain';
import type { IntentPlan, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { contentHash } from '../row.ts';
import { lineageKey, nameKey, nameScope } from './name-scope.ts';
import { type Candidate, isToCreate, ownFields, parentIdentity, prepareKind, wishedName } from './prepare.ts';
import { reopenLate } from './reopen-late.ts';
import { type Named, settleNames } from './settle-names.ts';

/**
 * Plans the export of a kind: first the lists that tell which names are taken, one for each parent that existed before
 * the run; when they are read, the names, payloads, intents and tasks.
 *
 * @returns `support` while lists are to be read first
 */
export async function planExportKind(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
): Promise<'support' | 'ready'> {
  const candidates = await prepareKind(context, run, kind);
  // Each time: while lists were read somebody may have added an entity under another parent.
  await context.store.tasks.plan(nameLists(run, kind, candidates));
  const [first] = await context.store.tasks.open(run._id, kind.name, 1);
  if (first?.action === 'names') return 'support';
  const named = await settleNames(context, run, kind, await reopenLate(context, run, kind, candidates));
  await noteRefusals(context, run, kind, named);
  await context.store.intents.plan(named.flatMap((candidate) => intentOf(run, kind, candidate)));
  const leftOver = await leftOverTasks(context, run, kind);
  await context.store.tasks.plan([
    ...leftOver,
    ...named.map((candidate, order) => taskOf(run, kind, candidate, order)),
  ]);
  return 'ready';
}

/** Creates of earlier runs whose outcome is open and whose draft was deleted since. */
async function leftOverTasks(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<PlannedTask[]> {
  const open = await context.store.intents.open(kind.name);
  const drafts = await context.store.locals.many(
    kind.name,
    open.map(({ _id }) => _id),
  );
  const kept = new Set(drafts.map(({ _id }) => _id.toHexString()));
  const left = open.filter(({ _id }) => !kept.has(_id));
  await context.store.intents.resume(left.map(({ _id }) => _id));
  return left.map(({ _id, sent_name, parents }) => ({
    run_id: run._id,
    kind: kind.name,
    action: 'create',
    subject: _id,
    title: `settle ${kind.singular} ${sent_name === null ? _id : JSON.stringify(sent_name)}`,
    parents,
    counted: true,
    order: beforeAll,
  }));
}

/** Lists of names come first among the tasks of their kind. */
const beforeAll = -1;

function nameLists(run: RunDocument, kind: EntityKind, candidates: readonly Candidate[]): PlannedTask[] {
  if (kind.unique.length === 0) return [];
  const lists = new Map<string, PlannedTask>();
  for (const { resolved } of candidates.filter(isToCreate)) {
    if (resolved === null || resolved.isNew) continue;
    const subject = lineageKey(kind, resolved.parents);
    const within = kind.lineage === undefined ? '' : ` of ${kinds[kind.lineage].singular} ${subject}`;
    const parents = { ...resolved.ancestors, ...resolved.parents };
    const title = `read names of ${kind.name}${within}`;
    lists.set(subject, {
      run_id: run._id,
      kind: kind.name,
      action: 'names',
      subject,
      title,
      parents,
      counted: false,
      order: beforeAll,
    });
  }
  return [...lists.values()];
}

async function noteRefusals(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  candidates: readonly Named[],
): Promise<void> {
  const errors = candidates.flatMap(({ id, refusal }) => {
    if (refusal === null) return [];
    const { message, category } = refusal.error;
    return [{ id, error: { message, category, run_id: run._id } }];
  });
  await context.store.locals.recordErrors(kind.name, errors);
}

function intentOf(run: RunDocument, kind: EntityKind, candidate: Named): IntentPlan[] {
  if (candidate.resolved === null || !isToCreate(candidate)) return [];
  const { parents, ancestors } = candidate.resolved;
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
      name: wishedName(kind, candidate),
      sent_name: candidate.sentName,
      content: contentHash(ownFields(kind, candidate.entity)),
      payload: candidate.payload,
      before_ids: candidate.beforeIds,
    },
  ];
}

function taskOf(run: RunDocument, kind: EntityKind, candidate: Named, order: number): PlannedTask {
  const task: PlannedTask = {
    run_id: run._id,
    kind: kind.name,
    action: 'create',
    subject: candidate.id,
    title: candidate.title,
    parents: candidate.resolved?.parents ?? {},
    counted: true,
    order,
  };
  if (candidate.refusal === null) return task;
  const { state, error, from } = candidate.refusal;
  return { ...task, state, error, blocked_by: from?.blockedBy ?? null };
}
