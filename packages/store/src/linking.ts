import {
  applyEdit,
  changedFields,
  cleanPayload,
  compareFields,
  type EntityFields,
  type EntityKind,
  type EntityReference,
  isUnderWay,
  normaliseName,
  openIntents,
  ownFields,
  parentField,
  remotePart,
} from '@broadstreet-sync/domain';
import { type mongo, Types } from 'mongoose';
import type { Collections } from './collections.ts';
import type { IntentDocument, LocalDocument, ProductionDocument } from './documents.ts';
import { editedPart } from './edited-part.ts';
import { type IntentChange, intentChange } from './intent-changes.ts';
import type { Lineages } from './lineages.ts';
import { inTransaction } from './transactions.ts';

/** That a local entity is a remote one which production has. */
export interface Linking {
  readonly kind: EntityKind;
  readonly localId: string;
  /** Of the production entity. */
  readonly key: string;
  /** The run whose policy links it; null where a person does. */
  readonly runId: string | null;
  /** Its fields as whoever decides has seen them; any where not given. */
  readonly expected?: EntityFields;
  /** Local values that differ become edits which are not sent yet, where the API can update them; else the remote ones win. */
  readonly keepLocal: boolean;
}

/** What came of it, or why nothing did. */
export type LinkOutcome =
  | { readonly outcome: 'linked'; readonly entity: ProductionDocument }
  /** There is no such local entity, or it has become another remote one. */
  | { readonly outcome: 'not_local'; readonly key: string | null }
  | { readonly outcome: 'edited'; readonly draft: LocalDocument }
  | { readonly outcome: 'not_remote' }
  /** It is to be deleted in Broadstreet. */
  | { readonly outcome: 'being_removed' }
  | { readonly outcome: 'taken'; readonly localId: string }
  | {
      readonly outcome: 'other_parent';
      readonly field: string;
      readonly wanted: EntityReference;
      readonly found: unknown;
    }
  /** Of the local entity, or of one that may turn out to be the remote one. */
  | { readonly outcome: 'being_exported'; readonly localId: string };

type Refusal = Exclude<LinkOutcome, { outcome: 'linked' }>;

/**
 * Makes a remote entity that of a local one, in one transaction: production has it as made here, the local document is
 * removed, the id map and the history written, and what an export had in mind for it is void. Linked again it is as it is.
 */
export async function link(
  db: mongo.Db,
  collections: Collections,
  lineages: Lineages,
  linking: Linking,
): Promise<LinkOutcome> {
  const { kind, localId, key } = linking;
  const parents = await parentsOf(collections, lineages, linking);
  return inTransaction(db, async (session) => {
    const mapped = await collections.idMap.findOne({ _id: `${kind.name}:${localId}` }, { session });
    const before = await collections.production[kind.name].findOne({ _id: key }, { session });
    if (mapped?.remote_id === key && before !== null) return { outcome: 'linked', entity: before };
    const draft = await collections.local[kind.name].findOne({ _id: new Types.ObjectId(localId) }, { session });
    if (mapped !== null || draft === null) return { outcome: 'not_local', key: mapped?.remote_id ?? null };
    if (before === null) return { outcome: 'not_remote' };
    if (before.sync.deletion !== undefined || (await isDoomed(collections, linking, session)))
      return { outcome: 'being_removed' };
    const refusal =
      editedSince(linking, draft) ??
      otherParent(kind, parents, before) ??
      (await owned(collections, linking, before, session)) ??
      (await openCreate(collections, linking, before, session));
    if (refusal !== null) return refusal;
    await voidIntent(collections, linking, session);
    return { outcome: 'linked', entity: await move(collections, linking, draft, before, session) };
  });
}

/** Outside of the transaction: what an entity has become stays so for ever. */
async function parentsOf({ local }: Collections, lineages: Lineages, { kind, localId }: Linking) {
  const draft = await local[kind.name].findOne({ _id: new Types.ObjectId(localId) });
  return draft === null ? {} : ((await lineages.parentsOf(kind, [draft]))[0] ?? {});
}

function editedSince({ kind, expected }: Linking, draft: LocalDocument): Refusal | null {
  if (expected === undefined || changedFields(expected, ownFields(kind, draft)).length === 0) return null;
  return { outcome: 'edited', draft };
}

/** A remote entity hangs on what it hangs on: a local one that names another parent is not it. */
function otherParent(
  kind: EntityKind,
  parents: Readonly<Record<string, EntityReference>>,
  remote: ProductionDocument,
): Refusal | null {
  for (const field of kind.parents.map(parentField)) {
    const wanted = parents[field];
    if (wanted === undefined || wanted === remote[field]) continue;
    return { outcome: 'other_parent', field, wanted, found: remote[field] };
  }
  return null;
}

/** A create has left it, and a sweep removes it from the account: an import has brought it back meanwhile. */
async function isDoomed({ intents }: Collections, { kind, key }: Linking, session: mongo.ClientSession) {
  const stray = { key, state: 'removing' as const };
  const filter = { kind: kind.name, 'strays.key': key, strays: { $elemMatch: stray } };
  return (await intents.findOne(filter, { session })) !== null;
}

async function owned(
  { idMap }: Collections,
  { kind, key }: Linking,
  remote: ProductionDocument,
  session: mongo.ClientSession,
): Promise<Refusal | null> {
  const entry = await idMap.findOne({ kind: kind.name, remote_id: key }, { session });
  const localId = entry?.local_id ?? remote.sync.original_local_id;
  return localId === undefined ? null : { outcome: 'taken', localId };
}

/** A create whose outcome is open may be the local entity's own, or have made the remote one for another. */
async function openCreate(
  { intents }: Collections,
  { kind, localId, key }: Linking,
  remote: ProductionDocument,
  session: mongo.ClientSession,
): Promise<Refusal | null> {
  const state = { $in: [...openIntents, 'parked' as const] };
  const open = await intents.find({ kind: kind.name, state }, { session }).toArray();
  const maker = open
    .filter(isUnderWay)
    .find((intent) => intent._id === localId || mayHaveMade(kind, intent, key, remote));
  return maker === undefined ? null : { outcome: 'being_exported', localId: maker._id };
}

function mayHaveMade(kind: EntityKind, intent: IntentDocument, key: string, remote: ProductionDocument): boolean {
  if (intent.remote_id === key) return true;
  if (!Object.entries(intent.parents).every(([field, id]) => remote[field] === id)) return false;
  const [field] = kind.unique;
  const name = field === undefined ? undefined : remote[field];
  if (typeof name !== 'string' || intent.sent_name === null) return !kind.identity.includes('id');
  return normaliseName(name) === normaliseName(intent.sent_name) && !intent.before_ids.includes(key);
}

/**
 * An export that has the local entity in hand finds its claim overtaken, and the entity gone. Where a request of it may
 * still be carried out late, the intent ends as one that has become the remote entity: what comes up beside is a stray.
 */
async function voidIntent(
  { intents, reservations }: Collections,
  { localId, key }: Linking,
  session: mongo.ClientSession,
) {
  const intent = await intents.findOne({ _id: localId }, { session });
  const message = `It was linked to ${key}, which exists in Broadstreet.`;
  const error = { category: 'conflict' as const, code: 'linked', message, remedy: null };
  const idle = { owner: null, lease_until: null, name_key: null };
  const isLoose = (intent?.written_off ?? []).length === 0;
  const changes: IntentChange[] = [
    { to: 'planned', from: ['claimed', 'parked'], set: { ...idle, parked_from: null } },
    ...(isLoose
      ? [{ to: 'rejected' as const, set: { ...idle, error: { $literal: error } } }]
      : [
          { to: 'ambiguous' as const, from: ['planned', 'rejected', 'blocked'] as const, set: idle },
          { to: 'created' as const, set: { ...idle, remote_id: { $literal: key } } },
          { to: 'promoted' as const },
        ]),
  ];
  for (const change of changes) {
    const { filter, update } = intentChange(localId, change);
    await intents.updateOne(filter, update, { session });
  }
  await intents.updateOne({ _id: localId }, { $inc: { fence: 1 } }, { session });
  await reservations.deleteMany({ owner: localId }, { session });
}

async function move(
  collections: Collections,
  linking: Linking,
  draft: LocalDocument,
  before: ProductionDocument,
  session: mongo.ClientSession,
): Promise<ProductionDocument> {
  const { kind, localId, key, runId } = linking;
  const now = new Date();
  const after = linked(linking, draft, before);
  await collections.production[kind.name].replaceOne({ _id: key }, after, { session });
  await collections.local[kind.name].deleteOne({ _id: draft._id }, { session });
  await collections.idMap.insertOne(
    {
      _id: `${kind.name}:${localId}`,
      kind: kind.name,
      local_id: localId,
      remote_id: key,
      run_id: runId,
      linked: true,
      created_at: now,
    },
    { session },
  );
  const entry = { run_id: runId, kind: kind.name, key, operation: 'update' as const, at: now };
  const fields = { before: remotePart(before), after: remotePart(after) };
  await collections.history.insertOne({ ...entry, ...fields, linked: ownFields(kind, draft) }, { session });
  return after;
}

/** The remote entity as it then stands here. What the remote said of it, and when, stays as it is. */
function linked(
  { kind, localId, keepLocal }: Linking,
  draft: LocalDocument,
  before: ProductionDocument,
): ProductionDocument {
  const { fields, edited, base, open } = keepLocal ? withLocalValues(kind, draft, before) : editedPart(before);
  const { conflict, ...sync } = before.sync;
  return {
    ...before,
    ...fields,
    created_locally: true,
    synced_with_api: true,
    sync: {
      ...sync,
      ...(conflict === undefined || open === undefined ? {} : { conflict: { ...conflict, remote: open } }),
      revision: before.sync.revision + 1,
      edited: [...edited],
      base,
      original_local_id: localId,
    },
  };
}

/** Only what differs, or may: an edit that says what is there already would be sent for nothing. */
function withLocalValues(kind: EntityKind, draft: LocalDocument, before: ProductionDocument) {
  const payload = cleanPayload(kind, ownFields(kind, draft));
  const differing = compareFields(kind, payload, before)
    .filter(({ field, is_equal }) => is_equal !== true && kind.update?.fields.includes(field) === true)
    .map(({ field }) => [field, payload[field]]);
  return applyEdit(kind, editedPart(before), Object.fromEntries(differing));
}
