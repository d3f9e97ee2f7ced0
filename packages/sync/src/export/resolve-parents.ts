import {
  type AwaitedParent,
  ancestorFields,
  type BlockedBy,
  type EntityFields,
  type EntityKind,
  type EntityReference,
  type ErrorRecord,
  entityKey,
  isLocalReference,
  type KindName,
  kinds,
  parentField,
  type References,
  requiredParents,
} from '@broadstreet-sync/domain';
import type {
  IdMapDocument,
  LocalDocument,
  PlanItemDocument,
  ProductionDocument,
  RunDocument,
} from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { onlyPlans } from './planning.ts';

/** The parents of an entity as the API knows them, or why there are none. */
export type ResolvedParents =
  | {
      /** Remote ids; while a run only plans, local `_id`s of what it would create before. */
      readonly parents: References;
      readonly ancestors: References;
      readonly awaits: readonly AwaitedParent[];
      /** Of these nothing is known here. */
      readonly unknown: readonly string[];
      /** The lineage parent is made by this very run: nothing can have a name in it yet. */
      readonly isNew: boolean;
    }
  | {
      readonly error: ErrorRecord;
      readonly blockedBy: BlockedBy | null;
      /** The parent came up after the run had planned its kind: the next run is for both. */
      readonly isLater?: boolean;
    };

type Resolved = Extract<ResolvedParents, { parents: References }>;
type Refused = Exclude<ResolvedParents, Resolved>;

interface Known {
  readonly mapped: ReadonlyMap<string, IdMapDocument>;
  readonly production: ReadonlyMap<string, ProductionDocument>;
  readonly locals: ReadonlyMap<string, LocalDocument>;
  /** What a run that only plans has in mind for those that are local. */
  readonly planned: ReadonlyMap<string, PlanItemDocument>;
}

/** One parent: where it is, or will be. */
interface ResolvedParent {
  readonly reference: EntityReference;
  readonly awaits: AwaitedParent | null;
  readonly isNew: boolean;
}

/** Resolves the parents of local entities; reads what is needed for all of them at once. */
export async function resolveParents(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  entities: readonly LocalDocument[],
): Promise<ResolvedParents[]> {
  const known = new Map<KindName, Known>();
  for (const name of requiredParents(kind)) {
    known.set(
      name,
      await readKnown(
        context,
        run,
        name,
        entities.map((entity) => entity[parentField(name)]),
      ),
    );
  }
  return Promise.all(entities.map((entity) => resolveOne(context, run, kind, entity, known)));
}

async function readKnown(
  { store }: SyncContext,
  run: RunDocument,
  name: KindName,
  references: readonly unknown[],
): Promise<Known> {
  const ids = [...new Set(references.filter(isLocalReference))];
  const mapped = await store.locals.mapped(name, ids);
  const unmapped = ids.filter((id) => !mapped.has(id));
  const planned = await store.plans.ofEntities(run._id, name, onlyPlans(run) ? unmapped : []);
  const numbers = references.filter((reference) => typeof reference === 'number').map(String);
  const targets = [...planned.values()].flatMap(({ target }) => target ?? []);
  const keys = new Set([...numbers, ...[...mapped.values()].map((entry) => entry.remote_id), ...targets]);
  const found = await store.production.many(name, [...keys]);
  const locals = unmapped.length === 0 ? [] : await store.locals.many(name, unmapped);
  return {
    mapped,
    planned,
    production: new Map(found.map((entity) => [entity._id, entity])),
    locals: new Map(locals.map((entity) => [entity._id.toHexString(), entity])),
  };
}

async function resolveOne(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  entity: LocalDocument,
  known: ReadonlyMap<KindName, Known>,
): Promise<ResolvedParents> {
  const found = new Map<string, ResolvedParent>();
  let isNew = false;
  for (const name of requiredParents(kind)) {
    const field = parentField(name);
    const parent = resolveParent(run, name, entity[field], known.get(name));
    if (parent === null) return blocked(context, run, name, String(entity[field]), known.get(name));
    if (isToBeRemoved(known.get(name), parent.reference)) {
      return { error: toBeRemoved(name, parent.reference), blockedBy: null };
    }
    found.set(field, parent);
    if (name === kind.lineage) isNew = parent.isNew;
  }
  const parents = Object.fromEntries([...found].map(([field, { reference }]) => [field, reference]));
  const ancestors = ancestorsOf(kind, parents, known);
  if ('error' in ancestors) return ancestors;
  const unknown = requiredParents(kind).filter((name) => {
    const reference = parents[parentField(name)];
    return typeof reference === 'number' && !known.get(name)?.production.has(String(reference));
  });
  const resolved: Resolved = {
    parents,
    ancestors: ancestors.ids,
    awaits: [...found.values()].flatMap(({ awaits }) => awaits ?? []),
    unknown: unknown.map(parentField),
    isNew,
  };
  return allowed(context, ancestors.ids[ancestorFields(kind).at(-1) ?? ''], resolved);
}

/** Where a parent is; null where it is nowhere and will not be. */
function resolveParent(
  run: RunDocument,
  name: KindName,
  reference: unknown,
  known: Known | undefined,
): ResolvedParent | null {
  if (typeof reference === 'number') return { reference, awaits: null, isNew: false };
  const entry = known?.mapped.get(String(reference));
  if (entry !== undefined) {
    const isNew = entry.run_id === run._id && entry.linked !== true;
    return { reference: Number(entry.remote_id), awaits: null, isNew };
  }
  const item = known?.planned.get(String(reference));
  if (item === undefined || (item.state !== 'planned' && item.state !== 'open')) return null;
  if (item.target !== null) return { reference: Number(item.target), awaits: null, isNew: false };
  const awaits = { field: parentField(name), kind: name, local_id: item.subject, name: item.sent_name ?? item.name };
  return { reference: item.subject, awaits, isNew: true };
}

function isToBeRemoved(known: Known | undefined, id: number | string): boolean {
  return known?.production.get(String(id))?.sync.deletion !== undefined;
}

function toBeRemoved(name: KindName, id: number | string): ErrorRecord {
  return {
    category: 'dependency',
    code: 'parent_deleted',
    message: `The ${kinds[name].singular} ${id} is to be deleted.`,
    remedy: `Set ${parentField(name)} to another, or keep that ${kinds[name].singular}.`,
  };
}

/** What the lineage parent hangs on is inherited; the root needs nothing to be known of it. */
function ancestorsOf(
  kind: EntityKind,
  parents: References,
  known: ReadonlyMap<KindName, Known>,
): { ids: References } | Refused {
  if (kind.lineage === undefined) return { ids: {} };
  const lineage = kinds[kind.lineage];
  const field = parentField(kind.lineage);
  const id = parents[field];
  if (id === undefined) throw new Error(`${kind.name} do not need their lineage parent`);
  const { production, planned } = known.get(kind.lineage) ?? {};
  const entity: EntityFields | undefined =
    typeof id === 'number' ? production?.get(entityKey(lineage, { id })) : planned?.get(id)?.ancestors;
  const inherited = ancestorFields(lineage).map((name) => [name, entity?.[name]] as const);
  const ids = inherited.flatMap(([name, value]) => (isReference(value) ? [[name, value] as const] : []));
  if (ids.length < inherited.length) {
    const message = `The ${lineage.singular} ${id} is not known here, so nothing can be created in it.`;
    const remedy = `Import ${lineage.name} first, or mend ${field}.`;
    return { error: { category: 'dependency', code: 'unknown_parent', message, remedy }, blockedBy: null };
  }
  return { ids: { ...Object.fromEntries(ids), [field]: id } };
}

function isReference(value: unknown): value is EntityReference {
  return typeof value === 'number' || typeof value === 'string';
}

function allowed(context: SyncContext, root: EntityReference | undefined, resolved: Resolved): ResolvedParents {
  const { networks } = context.limits;
  if (networks === null || root === undefined) return resolved;
  if (typeof root === 'number' && networks.includes(root)) return resolved;
  const message = `Network ${root} is not among those to sync.`;
  const remedy = 'Add it to BROADSTREET_NETWORKS, or choose a parent in another network.';
  return { error: { category: 'validation', code: 'network_not_allowed', message, remedy }, blockedBy: null };
}

async function blocked(
  context: SyncContext,
  run: RunDocument,
  name: KindName,
  reference: string,
  known: Known | undefined,
): Promise<ResolvedParents> {
  const { singular } = kinds[name];
  const parent = known?.locals.get(reference);
  if (parent === undefined) {
    const message = `The ${singular} ${reference} exists neither here nor in Broadstreet.`;
    const remedy = `Set ${parentField(name)} to one that exists.`;
    return { error: { category: 'dependency', code: 'missing_parent', message, remedy }, blockedBy: null };
  }
  const title = typeof parent.name === 'string' ? parent.name : null;
  const fate = await fateOf(context, run, name, reference, known);
  const cause = fate?.error ?? null;
  const reason = cause?.message ?? 'it is not part of this run';
  const error: ErrorRecord = {
    category: 'dependency',
    code: 'blocked_by_parent',
    message: `Waits for the ${singular} ${title === null ? reference : `"${title}" (${reference})`}: ${reason}`,
    remedy: `Mend that ${singular} and export again.`,
  };
  const blockedBy = { kind: name, id: reference, name: title, error: cause };
  // Who names entities wants an answer about each; of all others ancestors come along, if they were there in time.
  return { error, blockedBy, isLater: fate === null && run.only === null };
}

/** What this run has decided about a parent; null where it knows nothing of it. */
async function fateOf(
  { store }: SyncContext,
  run: RunDocument,
  kind: KindName,
  subject: string,
  known: Known | undefined,
): Promise<{ readonly error: ErrorRecord | null } | null> {
  if (onlyPlans(run)) return known?.planned.get(subject) ?? null;
  for (const action of ['create', 'link'] as const) {
    const task = await store.tasks.of({ run_id: run._id, kind, action, subject });
    if (task !== null) return task;
  }
  return null;
}
