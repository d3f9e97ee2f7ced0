import { type KindName, kindsBelow, levels, parentField } from '@broadstreet-sync/domain';
import type { Changes } from './changes.ts';
import type { Collections } from './collections.ts';
import type { ChangeDocument, ProductionDocument, RunDocument } from './documents.ts';

/** An entity of production that is not as it was when a change was computed from it. */
export interface Drifted {
  readonly kind: KindName;
  readonly key: string;
  /** Revision of production that the change was computed from; null: it was not there. */
  readonly expected: number | null;
  readonly found: number | null;
}

export interface Drift {
  readonly total: number;
  /** The first of them. */
  readonly items: readonly Drifted[];
}

const batchSize = 1000;
const mostNamed = 100;

/**
 * Compares what a run has kept unpublished with production as it is now. What production already is does not matter.
 *
 * @param tasks only what these have staged; null: all that is not held
 */
export async function findDrift(
  collections: Collections,
  changes: Changes,
  run: RunDocument,
  tasks: readonly string[] | null,
): Promise<Drift> {
  const wanted = tasks === null ? null : new Set(tasks);
  const part = wanted === null ? 'free' : 'held';
  const items: Drifted[] = [];
  let total = 0;
  for (const { name: kind } of levels.flat()) {
    for await (const all of changes.batches(run._id, kind, ['insert', 'update', 'remove'], batchSize, null, part)) {
      const batch = all.filter(({ task_id }) => wanted?.has(task_id) ?? true);
      const found = [
        ...(await changed(collections, kind, batch)),
        ...(await addedBelow(collections, run, kind, batch)),
      ];
      total += found.length;
      items.push(...found.slice(0, mostNamed - items.length));
    }
  }
  return { total, items };
}

type Known = Pick<ProductionDocument, '_id' | 'sync'>;

async function changed(
  { production, changes }: Collections,
  kind: KindName,
  batch: readonly ChangeDocument[],
): Promise<Drifted[]> {
  const keys = batch.map(({ key }) => key);
  const found = await production[kind]
    .find({ _id: { $in: keys } })
    .project<Known>({ sync: 1 })
    .toArray();
  const currents = new Map(found.map(({ _id, sync }) => [_id, sync]));
  const drifted = batch.filter((change) => {
    const current = currents.get(change.key);
    if (change.operation === 'remove' && current === undefined) return false;
    if (current?.hash === change.hash && change.hash !== null) return false;
    return (current?.revision ?? null) !== change.expects;
  });
  // A row that another list of the same run has lost is not new: it has moved.
  const moved = await removalsOf(changes, kind, drifted);
  return drifted
    .map(({ key, expects }) => ({ kind, key, expected: expects, found: currents.get(key)?.revision ?? null }))
    .filter(({ key, expected, found: now }) => expected !== null || moved.get(key) !== now);
}

async function removalsOf(
  changes: Collections['changes'],
  kind: KindName,
  of: readonly ChangeDocument[],
): Promise<Map<string, number | null>> {
  const [first] = of;
  if (first === undefined) return new Map();
  const filter = { run_id: first.run_id, kind, operation: 'remove' as const, key: { $in: of.map(({ key }) => key) } };
  const found = await changes.find(filter).toArray();
  return new Map(found.map(({ key, expects }) => [key, expects]));
}

/** What was written, after the list was asked for, on entities that are to be removed. */
async function addedBelow(
  { production }: Collections,
  run: RunDocument,
  kind: KindName,
  batch: readonly ChangeDocument[],
): Promise<Drifted[]> {
  const removed = batch.filter(({ operation }) => operation === 'remove');
  const ids = removed.map(({ key }) => Number(key));
  const since = new Date(Math.min(...removed.map(({ requested_at }) => requested_at.getTime())));
  const added: Drifted[] = [];
  for (const name of removed.length === 0 ? [] : kindsBelow(kind)) {
    const isLater = { 'sync.written_at': { $gt: since }, 'sync.run_id': { $ne: run._id } };
    const found = production[name].find({ [parentField(kind)]: { $in: ids }, ...isLater }).project<Known>({ sync: 1 });
    for (const { _id, sync } of await found.toArray()) {
      added.push({ kind: name, key: _id, expected: null, found: sync.revision });
    }
  }
  return added;
}
