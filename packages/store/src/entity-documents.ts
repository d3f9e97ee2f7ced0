import type { EntityFields, ErrorCategory, KindName } from '@broadstreet-sync/domain';
import type { Types } from 'mongoose';

/** Ours in a production entity; everything else in it is the remote's. */
export interface SyncPart {
  /** Of the row as last read; null when no list has shown it yet. */
  hash: string | null;
  revision: number;
  written_at: Date;
  run_id: string;
  /** Fields edited here and not yet sent. */
  edited: string[];
  /** What the remote last said of the edited fields; of those in conflict, what it said before it changed them too. */
  base: EntityFields;
  /** What was last sent of edited fields, until the update is settled. */
  sent?: EntityFields;
  /** Set while fields that were changed here and there wait for a person to decide. */
  conflict?: OpenConflict;
  dangling: boolean;
  original_local_id?: string;
  /** Why an edit or the removal could not be exported, since the last export that could; the last 50. */
  errors?: LocalError[];
  /** Set from the wish that it be removed from the account until it is. */
  deletion?: Deletion;
}

/** Edited fields that the remote has changed too, and of which nobody has decided yet which side is kept. */
export interface OpenConflict {
  /** The run that found it, or the last that found another field. */
  run_id: string;
  at: Date;
  /** What the remote says of them, by field. */
  remote: EntityFields;
}

/** What of an entity was made here: the history keeps it, so that the entity can be had back as it was. */
export interface OurPart extends Pick<SyncPart, 'edited' | 'base' | 'conflict' | 'original_local_id'> {
  created_locally: boolean;
  synced_with_api: boolean;
}

/** A production entity by what makes it this entity. */
export interface EntityRef {
  kind: KindName;
  key: string;
}

/** That an entity is to be removed from the account, and all that must be known to finish it after any crash. */
export interface Deletion {
  requested_at: Date;
  requested_by: string;
  /** The entity whose deletion it is a part of; null where it was asked for itself. */
  part_of: EntityRef | null;
  /** With which it goes, since the API cannot remove it by itself. */
  with: EntityRef | null;
  /** `_id`s of local entities that hang on it and are deleted with it. */
  drafts: EntityRef[];
  /** Set before the request leaves. From then on nobody takes it back, and an import leaves its end to the export. */
  sent_at: Date | null;
  /** The undo that removes it. */
  undo?: { run_id: string; undone_run: string; force: boolean };
  /** What returns to local with its removal. */
  draft?: { local_id: string; fields: EntityFields };
}

/** One remote entity; its own fields stand beside these under the API's names. */
export interface ProductionDocument {
  [field: string]: unknown;
  _id: string;
  created_locally: boolean;
  synced_with_api: boolean;
  synced_at: Date;
  sync: SyncPart;
}

export interface LocalError {
  message: string;
  category: ErrorCategory;
  run_id: string;
  at: Date;
}

/** What was made here and does not exist remotely; documents of other tools may lack all but the kind's fields. */
export interface LocalDocument {
  [field: string]: unknown;
  _id: Types.ObjectId;
  created_locally?: boolean;
  synced_with_api?: boolean;
  sync_errors?: LocalError[];
  last_sync_attempt?: Date | null;
  created_at?: Date;
  updated_at?: Date;
  revision?: number;
}
