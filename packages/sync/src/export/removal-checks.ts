import {
  childLists,
  describeChange,
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  entityKey,
  idsOf,
  kinds,
  type NamedEntity,
  nameSome,
  removedWith,
  visiblyChanged,
} from '@broadstreet-sync/domain';
import type { Dependant, ProductionDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readListBy } from '../list-call.ts';
import { isNotFound, readOne } from './read-one.ts';
import { type RemovalWish, readMade } from './removal-wish.ts';
import type { WritePass } from './write-pass.ts';

/** Why an entity is not removed now. */
export interface RemovalRefusal {
  readonly state: 'failed' | 'blocked' | 'skipped';
  readonly error: ErrorRecord;
}

/** What hangs on an entity in production: what goes along with it, and what must not be lost. */
export async function readHanging(
  context: SyncContext,
  kind: EntityKind,
  { _id }: ProductionDocument,
): Promise<{ along: Dependant[]; others: Dependant[] }> {
  const below = await context.store.dependants.below([{ kind: kind.name, key: _id }]);
  const isAlong = (each: Dependant): boolean => removedWith(kinds[each.kind])?.name === kind.name;
  return { along: below.filter(isAlong), others: below.filter((each) => !isAlong(each)) };
}

/**
 * Looks whether an entity may be removed: nothing hangs on it that nobody named, neither here nor in the account; and for an
 * undo, nobody has changed it. A removal takes along what hangs on it, and nothing brings that back.
 *
 * @returns null when it may; `gone` when the account has it no more
 */
export async function whyNotRemovable(
  context: SyncContext,
  pass: WritePass,
  document: ProductionDocument,
  wish: RemovalWish,
  hanging: { readonly along: readonly Dependant[]; readonly others: readonly Dependant[] },
): Promise<RemovalRefusal | 'gone' | null> {
  const { kind } = pass;
  const strangers = [...hanging.others, ...(await strangersAmong(context, document, wish, hanging.along))];
  if (strangers.length > 0) return hasChildren(kind, wish, strangers);
  // What nobody was shown does not go by force either.
  const change = wish.undo?.force === true ? null : await readChange(context, pass, document, wish);
  if (change !== null) return change;
  return readUses(context, pass, document, wish, hanging.along);
}

/** Of what the API would remove along, that which nobody named when it was decided, or which is not as it was then. */
async function strangersAmong(
  context: SyncContext,
  document: ProductionDocument,
  { undo }: RemovalWish,
  along: readonly Dependant[],
): Promise<Dependant[]> {
  if (undo?.force === true) return [];
  const known = await Promise.all(
    along.map(async (each) => {
      if (undo === null) return each.document.sync.deletion?.with?.key === document._id;
      const kind = kinds[each.kind];
      const made = await readMade(context, kind, each.document, undo.undone_run);
      if (made === null) return false;
      return describeChange(kind, each.document, each.document.sync.edited, made.exported) === null;
    }),
  );
  return along.filter((_, at) => known[at] !== true);
}

async function readChange(
  context: SyncContext,
  { kind, signal, meter }: WritePass,
  document: ProductionDocument,
  { undo, made }: RemovalWish,
): Promise<RemovalRefusal | 'gone' | null> {
  if (undo === null) return null;
  if (made === null) return changed(kind, 'is not what the run has made any more');
  const known = describeChange(kind, document, document.sync.edited, made.exported);
  if (known !== null) return changed(kind, known);
  // What the API does not show by itself cannot be changed through it either.
  if (kind.one === undefined) return null;
  const row = await readOne(context, kind, document, { signal, meter });
  if (row === null) return 'gone';
  const fields = visiblyChanged(kind, row, made.exported);
  return fields.length > 0 ? changed(kind, `was changed in Broadstreet (${fields.join(', ')})`) : null;
}

/** Asks the account what hangs on the entity: somebody may have added to it since the last import. */
async function readUses(
  context: SyncContext,
  { kind, signal, meter }: WritePass,
  document: ProductionDocument,
  wish: RemovalWish,
  along: readonly Dependant[],
): Promise<RemovalRefusal | 'gone' | null> {
  const ids = idsOf(kind, document);
  const expected = new Set(along.map((each) => `${each.kind}:${each.key}`));
  for (const list of childLists(kind, document)) {
    let rows: EntityFields[];
    try {
      rows = await readListBy(context, list.kind, list.query, { signal, meter });
    } catch (error) {
      if (isNotFound(error)) return 'gone';
      throw error;
    }
    const found = rows.map((row) => named(list.kind, { ...ids, ...row }));
    const strangers = found.filter(({ kind: name, key }) => !(list.areChildren && expected.has(`${name}:${key}`)));
    if (strangers.length > 0) return hasChildren(kind, wish, strangers);
  }
  return null;
}

function named(kind: EntityKind, row: EntityFields): NamedEntity {
  return { kind: kind.name, key: entityKey(kind, row), name: typeof row.name === 'string' ? row.name : null };
}

function hasChildren(
  { singular }: EntityKind,
  { undo }: RemovalWish,
  children: readonly NamedEntity[],
): RemovalRefusal {
  const message = `The ${singular} is in use by ${nameSome(children)}, which would be lost with it.`;
  const remedies = {
    wish: 'Delete it again with ?cascade=true, which names what goes with it, or keep it.',
    undo: 'Remove these first, or undo with "force": true.',
    force: 'Run an import, and look at the undo again: it names them then.',
  };
  const remedy = remedies[undo === null ? 'wish' : undo.force ? 'force' : 'undo'];
  return { state: 'blocked', error: { category: 'dependency', code: 'has_children', message, remedy } };
}

function changed({ singular }: EntityKind, how: string): RemovalRefusal {
  const message = `The ${singular} ${how} since it was exported.`;
  const remedy = 'Look at it, and undo with "force": true to remove it all the same.';
  return { state: 'failed', error: { category: 'conflict', code: 'changed', message, remedy } };
}
