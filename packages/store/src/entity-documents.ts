import type { EntityFields, ErrorCategory } from '@broadstreet-sync/domain';
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
  /** What the remote last said of the edited fields. */
  base: EntityFields;
  dangling: boolean;
  original_local_id?: string;
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
