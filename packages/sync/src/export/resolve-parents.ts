import {
  ancestorFields,
  type BlockedBy,
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  entityKey,
  type KindName,
  kinds,
  localIdPattern,
  type ParentIds,
  parentField,
  requiredParents,
} from '@broadstreet-sync/domain';
import type { IdMapDocument, LocalDocument, ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** The parents of an entity as the API knows them, or why there are none. */
export type ResolvedParents =
  | {
      readonly parents: ParentIds;
      readonly ancestors: ParentIds;
      /** The lineage parent was made by this very run: nothing can have a name in it yet. */
      readonly isNew: boolean;
    }
  | { readonly error: ErrorRecord; readonly blockedBy: BlockedBy | null };

interface Known {
  readonly mapped: Map<string, IdMapDocument>;
  readonly production: Map<string, ProductionDocument>;
  readonly locals: Map<string, LocalDocument>;
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
        name,
        entities.map((entity) => entity[parentField(name)]),
      ),
    );
  }
  return Promise.all(entities.map((entity) => resolveOne(context, run, kind, entity, known)));
}

async function readKnown(context: SyncContext, name: KindName, references: readonly unknown[]): Promise<Known> {
  const localIds = references.filter((reference) => typeof reference === 'string' && localIdPattern.test(reference));
  const ids = [...new Set(localIds.map(String))];
  const mapped = await context.store.locals.mapped(name, ids);
  const numbers = references.filter((reference) => typeof reference === 'number').map(String);
  const keys = [...new Set([...numbers, ...[...mapped.values()].map((entry) => entry.remote_id)])];
  const found = await context.store.production.many(name, keys);
  const unmapped = ids.filter((id) => !mapped.has(id));
  const locals = unmapped.length === 0 ? [] : await context.store.locals.many(name, unmapped);
  return {
    mapped,
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
  const parents: Record<string, number> = {};
  let isNew = false;
  for (const name of requiredParents(kind)) {
    const field = parentField(name);
    const reference = entity[field];
    const entry = typeof reference === 'string' ? known.get(name)?.mapped.get(reference) : undefined;
    const id = typeof reference === 'number' ? reference : Number(entry?.remote_id ?? Number.NaN);
    if (Number.isNaN(id)) return blocked(context, run, name, String(reference), known.get(name));
    if (isToBeRemoved(known.get(name), id)) return { error: toBeRemoved(name, id), blockedBy: null };
    parents[field] = id;
    if (name === kind.lineage) isNew = entry?.run_id === run._id;
  }
  const ancestors = ancestorsOf(kind, parents, known);
  if ('error' in ancestors) return ancestors;
  const { ids } = ancestors;
  return allowed(context, ids[ancestorFields(kind).at(-1) ?? ''], { parents, ancestors: ids, isNew });
}

function isToBeRemoved(known: Known | undefined, id: number): boolean {
  return known?.production.get(String(id))?.sync.deletion !== undefined;
}

function toBeRemoved(name: KindName, id: number): ErrorRecord {
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
  parents: ParentIds,
  known: ReadonlyMap<KindName, Known>,
): { ids: ParentIds } | { error: ErrorRecord; blockedBy: null } {
  if (kind.lineage === undefined) return { ids: {} };
  const lineage = kinds[kind.lineage];
  const field = parentField(kind.lineage);
  const id = parents[field];
  if (id === undefined) throw new Error(`${kind.name} do not need their lineage parent`);
  const entity: EntityFields | undefined = known.get(kind.lineage)?.production.get(entityKey(lineage, { id }));
  const inherited = ancestorFields(lineage).map((name) => [name, entity?.[name]] as const);
  if (inherited.some(([, value]) => typeof value !== 'number')) {
    const message = `The ${lineage.singular} ${id} is not known here, so nothing can be created in it.`;
    const remedy = `Import ${lineage.name} first, or mend ${field}.`;
    return { error: { category: 'dependency', code: 'unknown_parent', message, remedy }, blockedBy: null };
  }
  const ids = inherited.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : []));
  return { ids: { ...Object.fromEntries(ids), [field]: id } };
}

function allowed(
  context: SyncContext,
  root: number | undefined,
  resolved: Extract<ResolvedParents, { parents: ParentIds }>,
): ResolvedParents {
  const { networks } = context.limits;
  if (networks === null || root === undefined || networks.includes(root)) return resolved;
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
  const task = await context.store.tasks.of({ run_id: run._id, kind: name, action: 'create', subject: reference });
  const reason = task?.error?.message ?? 'it is not part of this run';
  const error: ErrorRecord = {
    category: 'dependency',
    code: 'blocked_by_parent',
    message: `Waits for the ${singular} ${title === null ? reference : `"${title}" (${reference})`}: ${reason}`,
    remedy: `Mend that ${singular} and export again.`,
  };
  return { error, blockedBy: { kind: name, id: reference, name: title, error: task?.error ?? null } };
}
