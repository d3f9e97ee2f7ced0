import {
  type EntityKind,
  goesAlong,
  type KindName,
  kindNames,
  kinds,
  parentField,
  remotePart,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { ClaimedWrite } from './claimed-write.ts';
import type { Collections } from './collections.ts';
import type { Deletion, EntityRef, LocalDocument, ProductionDocument, TaskResult } from './documents.ts';
import { intentChange } from './intent-changes.ts';
import { removedId } from './removed.ts';
import { type PlannedTask, type Tasks, taskId } from './tasks.ts';
import { databaseTime, inTransaction } from './transactions.ts';

/** An entity that is in the account no more. */
export interface Removal extends ClaimedWrite {
  /** Local entities that are deleted with it. */
  readonly drafts: readonly EntityRef[];
}

interface Gone {
  readonly kind: EntityKind;
  readonly document: ProductionDocument;
}

/**
 * Takes an entity out of production with what the API removed along, in one transaction: history, what returns to local
 * with its id map, the task, and a mark by which lists that were asked for before do not bring it back.
 *
 * @returns false when the claim was overtaken
 */
export async function removeEntity(
  db: mongo.Db,
  collections: Collections,
  tasks: Tasks,
  removal: Removal,
): Promise<boolean> {
  const { kind, key, runId, fence, counts } = removal;
  const now = await databaseTime(db);
  return inTransaction(db, async (session) => {
    const found = await findGone(collections, kind, key, session);
    const [target] = found;
    const result = target === undefined ? { remote_id: key } : resultOf(target);
    if (!(await tasks.end(removal.taskId, fence, { state: 'completed', result }, counts, session))) return false;
    for (const gone of found) await take(collections, gone, runId, now, session);
    for (const draft of removal.drafts) {
      await collections.local[draft.kind].deleteOne({ _id: new Types.ObjectId(draft.key) }, { session });
    }
    const along = found.slice(1).map((gone) => taskOfAlong(runId, kind, key, gone));
    await tasks.planWithin(along, session);
    return true;
  });
}

/** The entity, and those that were marked to go with it. */
async function findGone(
  collections: Collections,
  kind: EntityKind,
  key: string,
  session: mongo.ClientSession,
): Promise<Gone[]> {
  const document = await collections.production[kind.name].findOne({ _id: key }, { session });
  if (document === null) return [];
  const found = [{ kind, document }];
  for (const along of goesAlong(kind)) {
    const marked = { [parentField(kind.name)]: Number(key), 'sync.deletion.with.key': key };
    const documents = await collections.production[along.name].find(marked, { session }).toArray();
    found.push(...documents.map((each) => ({ kind: along, document: each })));
  }
  return found;
}

function resultOf({ document }: Gone): TaskResult {
  const { deletion, original_local_id } = document.sync;
  return {
    remote_id: document._id,
    local_id: deletion?.draft?.local_id ?? original_local_id ?? null,
    name: typeof document.name === 'string' ? document.name : null,
    ...(deletion?.draft === undefined ? {} : { returned: true }),
  };
}

async function take(
  collections: Collections,
  { kind, document }: Gone,
  runId: string,
  now: Date,
  session: mongo.ClientSession,
): Promise<void> {
  const { _id: key, sync } = document;
  await collections.production[kind.name].deleteOne({ _id: key }, { session });
  await collections.removed.updateOne(
    { _id: removedId(kind.name, key) },
    { $set: { at: now, run_id: runId } },
    { upsert: true, session },
  );
  const before = remotePart(document);
  const change = { run_id: runId, kind: kind.name, key, operation: 'remove' as const, before, after: null, at: now };
  await collections.history.insertOne(change, { session });
  if (sync.deletion?.draft === undefined) return;
  await giveBack(collections, kind, key, runId, sync.deletion, sync.deletion.draft, now, session);
}

/** Makes a draft of it again, under the `_id` that it had: what names it by that goes on to find it. */
async function giveBack(
  collections: Collections,
  kind: EntityKind,
  key: string,
  runId: string,
  { undo }: Deletion,
  draft: NonNullable<Deletion['draft']>,
  now: Date,
  session: mongo.ClientSession,
): Promise<void> {
  const { local_id: localId, fields } = draft;
  const _id = new Types.ObjectId(localId);
  const document: LocalDocument = {
    ...fields,
    _id,
    created_locally: true,
    synced_with_api: false,
    sync_errors: [],
    last_sync_attempt: null,
    created_at: _id.getTimestamp(),
    updated_at: now,
    revision: 1,
  };
  await collections.local[kind.name].replaceOne({ _id }, document, { upsert: true, session });
  await collections.idMap.deleteOne({ _id: `${kind.name}:${localId}` }, { session });
  const set = { remote_id: null, was_ambiguous: false, fence: { $add: ['$fence', 1] } };
  const { filter, update } = intentChange(localId, { to: 'undone', set });
  await collections.intents.updateOne(filter, update, { session });
  for (const name of childKinds(kind.name)) {
    const field = parentField(name.parent);
    await collections.local[name.child].updateMany(
      { [field]: Number(key) },
      [{ $set: { [field]: localId, updated_at: now, revision: { $add: [{ $ifNull: ['$revision', 0] }, 1] } } }],
      { session },
    );
  }
  if (undo === undefined) return;
  const made = { run_id: undo.undone_run, kind: kind.name, action: 'create' as const, subject: localId };
  await collections.tasks.updateOne({ _id: taskId(made) }, { $set: { 'result.undone_by': runId } }, { session });
}

function childKinds(parent: KindName): { parent: KindName; child: KindName }[] {
  return kindNames.filter((child) => kinds[child].parents.includes(parent)).map((child) => ({ parent, child }));
}

/** What went along made no request, and is part of what the run did all the same. */
function taskOfAlong(runId: string, parent: EntityKind, parentKey: string, gone: Gone): PlannedTask {
  const { kind, document } = gone;
  const name = typeof document.name === 'string' ? ` ${JSON.stringify(document.name.trim())}` : '';
  return {
    run_id: runId,
    kind: kind.name,
    action: 'remove',
    subject: document._id,
    title: `${kind.singular}${name} goes with ${parent.singular} ${parentKey}`,
    parents: {},
    counted: true,
    order: 0,
    state: 'completed',
    result: resultOf(gone),
  };
}
