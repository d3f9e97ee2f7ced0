import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  type KindName,
  kinds,
  type ParentIds,
  parentField,
  scopeField,
} from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** A list in which parents should stand that entities refer to and that will not be there. */
export interface Unresolved {
  readonly kind: KindName;
  /** Key of the list's scope. */
  readonly scope: string;
  /** Ids that the list's request needs. */
  readonly parents: ParentIds;
  /** Keys of the parents. */
  readonly keys: Set<string>;
}

/**
 * Finds what entities of a kind, as the run leaves them, refer to without its being there: what rows of its lists name, and
 * what others still name that its lists have lost.
 *
 * @returns by the list in which the parents should stand
 */
export async function findUnresolved(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
): Promise<Map<string, Unresolved>> {
  const found = await Promise.all((kind.references ?? []).map((name) => unresolvedTo(context, run, kind, name)));
  return new Map(found.flatMap((lists) => [...lists]));
}

async function unresolvedTo(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  name: KindName,
): Promise<Map<string, Unresolved>> {
  const found = new Map<string, Unresolved>();
  const own = scopeField(kinds[name]);
  if (own === null) return found;
  for (const { key, parents } of await lostReferences(context, run, kind, name)) {
    const scope = parents[own];
    if (scope === undefined) continue;
    // Part of the ids of tasks and jobs, which have no colon.
    const id = `${name}-${scope}`;
    const unresolved = found.get(id) ?? { kind: name, scope: String(scope), parents, keys: new Set() };
    unresolved.keys.add(key);
    found.set(id, unresolved);
  }
  return found;
}

/** Ids that the request for a list of a kind needs. */
function fieldsOf(kind: EntityKind): string[] {
  const { scope } = kind.list;
  return scope === 'account' ? [] : [parentField(scope), ...ancestorFields(kinds[scope])];
}

interface Reference {
  readonly key: string;
  readonly parents: ParentIds;
}

/** The references of a kind, as this run leaves it, to what is not there, each once. */
async function lostReferences(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  to: KindName,
): Promise<Reference[]> {
  const { changes, production } = context.store;
  const [field, fields] = [parentField(to), fieldsOf(kinds[to])];
  const [shown, removed] = await Promise.all([
    changes.numbers(run._id, kind.name, field),
    changes.keys(run._id, to, 'remove'),
  ]);
  const named = [...shown, ...removed.map(Number)];
  const present = await presentOf(context, run, to, new Set(named.map(String)));
  const missing = named.filter((id) => !present.has(String(id)));
  if (missing.length === 0) return [];
  const lost = { [field]: { $in: missing } };
  const rows = await changes.distinct(run._id, kind.name, [field, ...fields], lost);
  if (removed.length > 0) {
    const gone = new Set(await changes.keys(run._id, kind.name, 'remove'));
    for await (const entity of production.each(kind.name, lost, [field, ...fields])) {
      if (!gone.has(entity._id)) rows.push(entity);
    }
  }
  return rows.flatMap((row) => referenceIn(row, field, fields));
}

function referenceIn(row: EntityFields, field: string, fields: readonly string[]): Reference[] {
  const key = row[field];
  const ids = fields.flatMap((name) => {
    const id = row[name];
    return typeof id === 'number' ? [[name, id] as const] : [];
  });
  if (typeof key !== 'number' || ids.length < fields.length) return [];
  return [{ key: String(key), parents: Object.fromEntries(ids) }];
}

/** Those of these entities that are there when the run is published. */
async function presentOf(
  context: SyncContext,
  run: RunDocument,
  kind: KindName,
  keys: ReadonlySet<string>,
): Promise<Set<string>> {
  if (keys.size === 0) return new Set();
  const { changes, production } = context.store;
  const [known, removed, inserted] = await Promise.all([
    production.fields(kind, { _id: { $in: [...keys] } }, ['_id']),
    changes.keys(run._id, kind, 'remove'),
    changes.keys(run._id, kind, 'insert'),
  ]);
  const present = new Set(known.map(({ _id }) => _id));
  for (const key of removed) present.delete(key);
  for (const key of inserted) present.add(key);
  return present;
}
