import { createIdSet, type EntityFields, type EntityKind, normaliseName, parentField } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { ProductionDocument } from './documents.ts';
import type { Snapshot } from './snapshot.ts';

/** Entities of a kind that share a name under one parent. */
export interface Duplicate {
  /** Remote id of the parent; null for kinds without one. */
  readonly parentId: number | null;
  /** The name that they share, as names are compared. */
  readonly name: string;
  /** In the order of their ids; of very many the first. */
  readonly entities: readonly { readonly id: number; readonly name: string }[];
  readonly count: number;
}

/** Entities that are named of one group. */
const mostNamed = 1000;

interface Named {
  readonly parentId: number | null;
  readonly id: number;
  readonly name: string;
  readonly normal: string;
}

/**
 * Finds the entities of a kind in production that share a name under one parent, parent by parent and name by name. Reads
 * twice: first to learn which names there are more of than one, keeping two numbers for each, then to collect those.
 *
 * @param within what the entities must fit
 */
export async function* findDuplicates(
  snapshot: Snapshot,
  kind: EntityKind,
  within: mongo.Filter<ProductionDocument> = {},
): AsyncGenerator<Duplicate, undefined> {
  const [field] = kind.unique;
  if (field === undefined) return;
  const parent = kind.lineage === undefined ? null : parentField(kind.lineage);
  const lineage = parent === null ? [] : [parent];
  const order = Object.fromEntries([...lineage, field].map((name) => [name, 1 as const]));
  const read = (fields: readonly string[]) => snapshot.each(kind.name, within, [...lineage, field, ...fields], order);

  const [once, repeated] = [createIdSet(2), createIdSet(2)];
  for await (const entity of read([])) {
    const named = toNamed(entity, parent, field);
    if (named !== null && !once.add(identify(named))) repeated.add(identify(named));
  }
  let groups = new Map<string, Named[]>();
  let parentId: number | null = null;
  for await (const entity of read(['id'])) {
    const named = toNamed(entity, parent, field);
    if (named === null || !repeated.has(identify(named))) continue;
    if (named.parentId !== parentId) {
      yield* duplicatesOf(groups);
      [groups, parentId] = [new Map(), named.parentId];
    }
    const group = groups.get(named.normal) ?? [];
    group.push(named);
    groups.set(named.normal, group);
  }
  yield* duplicatesOf(groups);
}

function toNamed(entity: EntityFields, parent: string | null, field: string): Named | null {
  const { [field]: name } = entity;
  if (typeof name !== 'string') return null;
  const parentId = parent === null ? null : entity[parent];
  const normal = normaliseName(name);
  return { parentId: typeof parentId === 'number' ? parentId : null, id: Number(entity.id), name, normal };
}

/** Two numbers for a name under a parent: nearly always others for another, which is enough to look closer. */
function identify({ parentId, normal }: Named): number[] {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < normal.length; at += 1) hash = Math.imul(hash ^ normal.charCodeAt(at), 0x0100_0193);
  return [parentId ?? 1, (hash >>> 1) + 1];
}

function* duplicatesOf(groups: ReadonlyMap<string, readonly Named[]>): Generator<Duplicate, undefined> {
  const shared = [...groups].filter(([, group]) => group.length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, group] of shared) {
    const entities = group.toSorted((a, b) => a.id - b.id).slice(0, mostNamed);
    yield {
      parentId: group[0]?.parentId ?? null,
      name,
      entities: entities.map(({ id, name: exact }) => ({ id, name: exact })),
      count: group.length,
    };
  }
}
