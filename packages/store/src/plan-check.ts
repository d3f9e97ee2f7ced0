import {
  ancestorKinds,
  changedFields,
  type KindName,
  kinds,
  levels,
  ownFields,
  type PlanChange,
  parentField,
  valuesOf,
  type WriteDecision,
  writeChanges,
} from '@broadstreet-sync/domain';
import type { IdMapDocument, LocalDocument, PlanItemDocument, ProductionDocument, RunDocument } from './documents.ts';
import type { Existing } from './existing.ts';
import type { Locals } from './locals.ts';
import type { Plans } from './plans.ts';
import type { Production } from './production.ts';
import type { Selection } from './selection.ts';

interface CheckParts {
  readonly plans: Plans;
  readonly locals: Locals;
  readonly production: Production;
  readonly selection: Selection;
  readonly existing: Existing;
}

/** What is known by now of the entities that some entries are about. */
interface Present {
  readonly drafts: ReadonlyMap<string, LocalDocument>;
  readonly mapped: ReadonlyMap<string, IdMapDocument>;
  /** Kind and key of the parents that production has. */
  readonly parents: ReadonlySet<string>;
}

const chunkSize = 500;

/**
 * What has changed here since a dry run planned an export: drafts that were edited, deleted, exported or added, parents
 * that are gone, edits and wishes to delete of entities that exist. Asks Broadstreet nothing: whether names are still free is for the run to find out.
 *
 * @param most stops when so many changes are found
 */
export async function changesSince(parts: CheckParts, plan: RunDocument, most: number): Promise<PlanChange[]> {
  const changes: PlanChange[] = [];
  for (const { name } of concernedKinds(plan)) {
    const planned = new Set<string>();
    for await (const chunk of itemsOf(parts, plan, name)) {
      for (const { subject } of chunk) planned.add(subject);
      changes.push(...(await changesOf(parts, name, chunk)));
      if (changes.length >= most) return changes.slice(0, most);
    }
    changes.push(...(await added(parts, plan, name, planned)), ...(await changedWrites(parts, plan, name)));
    if (changes.length >= most) return changes.slice(0, most);
  }
  return changes;
}

function concernedKinds({ kinds: asked }: RunDocument) {
  const names = new Set([...asked, ...asked.flatMap((name) => ancestorKinds(kinds[name]))]);
  return levels.flat().filter(({ name }) => names.has(name));
}

async function* itemsOf({ plans }: CheckParts, plan: RunDocument, kind: KindName): AsyncIterable<PlanItemDocument[]> {
  const subjects = await plans.subjects(plan._id, kind);
  for (let at = 0; at < subjects.length; at += chunkSize) {
    yield [...(await plans.ofEntities(plan._id, kind, subjects.slice(at, at + chunkSize))).values()];
  }
}

async function changesOf(parts: CheckParts, kind: KindName, items: readonly PlanItemDocument[]): Promise<PlanChange[]> {
  const ids = items.map(({ subject }) => subject);
  const [drafts, mapped, parents] = await Promise.all([
    parts.locals.many(kind, ids),
    parts.locals.mapped(kind, ids),
    presentParents(parts, kind, items),
  ]);
  const present = { drafts: new Map(drafts.map((draft) => [draft._id.toHexString(), draft])), mapped, parents };
  return items.flatMap((item) => changeOf(item, present) ?? []);
}

async function presentParents(
  { production }: CheckParts,
  kind: KindName,
  items: readonly PlanItemDocument[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of kinds[kind].parents) {
    const ids = items.map(({ parents }) => parents[parentField(name)]).filter((id) => typeof id === 'number');
    for (const { _id } of await production.many(name, [...new Set(ids.map(String))])) found.add(`${name}:${_id}`);
  }
  return found;
}

function changeOf(item: PlanItemDocument, { drafts, mapped, parents }: Present): PlanChange | null {
  const { kind, subject, draft } = item;
  const of = (change: PlanChange['change'], detail: string): PlanChange => {
    return { kind, subject, name: item.name, change, detail };
  };
  const moved = mapped.get(subject);
  if (moved !== undefined) return of('exported', `exists in Broadstreet by now, as ${moved.remote_id}`);
  const now = drafts.get(subject);
  if (now === undefined) return draft === null ? null : of('deleted', 'was deleted here');
  const edited = changedFields(draft ?? {}, ownFields(kinds[kind], now));
  if (edited.length > 0) return of('edited', `was edited here (${edited.join(', ')})`);
  const gone = kinds[kind].parents.find((name) => {
    const id = item.parents[parentField(name)];
    const wasKnown = typeof id === 'number' && !item.unknown_parents.includes(parentField(name));
    return wasKnown && !parents.has(`${name}:${id}`);
  });
  return gone === undefined ? null : of('refused', `its ${kinds[gone].singular} is gone`);
}

async function added(
  { locals, selection }: CheckParts,
  plan: RunDocument,
  kind: KindName,
  planned: ReadonlySet<string>,
): Promise<PlanChange[]> {
  const chosen = await selection.of(plan, kind);
  const fresh: PlanChange[] = [];
  for await (const { _id, name } of locals.inOrder(kind, chosen?.filter((id) => !planned.has(id)) ?? null)) {
    const subject = _id.toHexString();
    if (planned.has(subject)) continue;
    fresh.push({ kind, subject, name: titleOf(name), change: 'added', detail: 'was added here' });
  }
  return fresh;
}

function titleOf(name: unknown): string | null {
  return typeof name === 'string' ? name.trim() : null;
}

/** What of entities that exist is to be sent by now, beside what was planned. */
async function changedWrites(
  { plans, existing }: CheckParts,
  plan: RunDocument,
  kind: KindName,
): Promise<PlanChange[]> {
  const planned = await plans.writes(plan._id, kind);
  const [edited, unwanted] = await Promise.all([existing.edited(plan, kind), existing.unwanted(plan, kind)]);
  const of = ({ _id, name }: ProductionDocument) => ({ kind, subject: _id, name: titleOf(name) });
  const now: WriteDecision[] = [
    ...edited.map((entity) => ({
      ...of(entity),
      action: 'update' as const,
      draft: valuesOf(entity, entity.sync.edited),
    })),
    ...unwanted
      .filter(({ sync }) => sync.deletion?.undo === undefined)
      .map((entity) => ({ ...of(entity), action: 'remove' as const, draft: null })),
  ];
  return writeChanges(planned, now);
}
