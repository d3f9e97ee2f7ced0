import {
  asRead,
  type EntityFields,
  type EntityKind,
  kinds,
  parentField,
  requiredParents,
} from '@broadstreet-sync/domain';
import type { Deletion, Dependant, MadeEntity, MarkedEntity, ProductionDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { undoOf } from '../undo-of.ts';
import { draftOf } from './draft-of.ts';
import type { WritePass } from './write-pass.ts';

/** Why an entity is to be removed: a person wants it gone, or an export is undone. */
export interface RemovalWish {
  /** Null for a person's wish. */
  readonly undo: NonNullable<Deletion['undo']> | null;
  /** What the undone run made; null for what it did not make. */
  readonly made: MadeEntity | null;
}

/** The wish by which a task removes an entity; null where it was taken back. */
export async function readWish(
  context: SyncContext,
  { run, kind }: WritePass,
  document: ProductionDocument,
): Promise<RemovalWish | null> {
  const { deletion } = document.sync;
  const own = undoOf(run);
  // What an earlier undo has begun is ended as it began.
  const undo = deletion?.undo ?? (own === null ? null : { run_id: run._id, undone_run: own.run_id, force: own.force });
  if (undo === null) return deletion === undefined ? null : { undo, made: null };
  return { undo, made: await readMade(context, kind, document, undo.undone_run) };
}

/** What a run made, if this entity is it. */
export async function readMade(
  { store }: SyncContext,
  kind: EntityKind,
  { _id, sync }: ProductionDocument,
  runId: string,
): Promise<MadeEntity | null> {
  if (sync.original_local_id === undefined) return null;
  const made = await store.undo.madeOne(runId, kind.name, sync.original_local_id);
  return made?.key === _id ? made : null;
}

/** What is to be stored on an entity, and on what goes along, before the request that removes them leaves. */
export function markAll(
  context: SyncContext,
  { run, kind }: WritePass,
  document: ProductionDocument,
  { undo }: RemovalWish,
  along: readonly Dependant[],
): Promise<MarkedEntity[]> {
  const target = { kind: kind.name, key: document._id };
  const all = [{ ...target, document }, ...along];
  return Promise.all(
    all.map(async ({ kind: name, key, document: each }, at): Promise<MarkedEntity> => {
      const { requested_by = run.requested_by, part_of = null, drafts = [] } = each.sync.deletion ?? {};
      const draft = undo === null ? null : await readDraft(context, kinds[name], each, undo.undone_run);
      return {
        kind: name,
        key,
        revision: each.sync.revision,
        deletion: {
          requested_by,
          part_of,
          drafts,
          with: at === 0 ? null : target,
          ...(undo === null ? {} : { undo }),
          ...(draft === null ? {} : { draft }),
        },
      };
    }),
  );
}

/** What an entity was here before it was exported, and is to be again; null for what was not made here. */
async function readDraft(
  context: SyncContext,
  kind: EntityKind,
  document: ProductionDocument,
  undoneRun: string,
): Promise<{ local_id: string; fields: EntityFields } | null> {
  const localId = document.sync.original_local_id;
  const intent = localId === undefined ? null : await context.store.intents.get(localId);
  if (intent === null || intent.remote_id !== document._id) return null;
  const made = await readMade(context, kind, document, undoneRun);
  const exported = made?.exported ?? asRead(kind, intent.payload);
  const parents = await nameParents(context, kind, document);
  return { local_id: intent._id, fields: draftOf(kind, document, intent, exported, parents) };
}

/**
 * What a draft is to name its parents by: of those made here the `_id` that they had, which holds whether they return to
 * local too or not.
 */
async function nameParents(
  { store }: SyncContext,
  kind: EntityKind,
  document: ProductionDocument,
): Promise<Record<string, string | number>> {
  const named = requiredParents(kind).map(async (name) => {
    const id = Number(document[parentField(name)]);
    const parent = await store.production.get(name, String(id));
    return [parentField(name), parent?.sync.original_local_id ?? id] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}
