import type {
  BlockedBy,
  ConflictPolicy,
  EntityFields,
  ErrorRecord,
  IntentState,
  KindChanges,
  KindName,
  Mode,
  Operation,
  ParentIds,
  RequestCounts,
  RunState,
  TaskState,
} from '@broadstreet-sync/domain';
import type { Types } from 'mongoose';

export type * from './entity-documents.ts';

/** How far a kind of a run has been planned, and how its tasks were put into the queue. */
export interface KindPlan {
  /** `support`: requests that the plan itself needs are open; `ready`: every task of the kind is stored. */
  phase: 'support' | 'ready';
  /** Windows handed to the queue so far; 0 where the tasks hang directly on their gate. */
  windows: number;
}

/** The last change of a publication whose chunk is committed. */
export interface PublishedTo {
  step: number;
  /** `_id` of the change. */
  change: string;
}

/** One import or export. */
export interface RunDocument {
  _id: string;
  operation: Operation;
  mode: Mode;
  /** Kinds that were asked for. */
  kinds: KindName[];
  /** Local `_id`s (export) or scope keys (import) that the run is limited to, by kind; null: all. */
  only: Partial<Record<KindName, string[]>> | null;
  filters: Record<string, unknown>;
  dry_run: boolean;
  conflicts: ConflictPolicy;
  confirm: KindName[];
  status: RunState;
  /** Set while the run is the one of its operation that may go on; unique, so there is at most one. */
  slot: Operation | null;
  /** Grows each time the flow is made anew; jobs of an older generation do nothing. */
  generation: number;
  idempotency_key: string | null;
  requested_by: string;
  retry_of: string | null;
  /** Set when the run must stop: by a person, or because going on is of no use. */
  stop: { reason: 'cancelled' | 'failed'; at: Date } | null;
  error: ErrorRecord | null;
  plan: Partial<Record<KindName, KindPlan>>;
  changes: Partial<Record<KindName, KindChanges>>;
  published_at: Date | null;
  /** How far a publication in chunks has come. */
  published_to: PublishedTo | null;
  /** What was published and is still in the change set: to be copied into the history, or copied and to be cleared. */
  archive: 'due' | 'copied' | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

/** What a task does: read one list, read the names that a parent's children have, or create one entity. */
export type TaskAction = 'list' | 'names' | 'create';

/** One unit of a run's remote work. */
export interface TaskDocument {
  /** Made from run, kind, action and subject, so that planning twice stores it once. */
  _id: string;
  run_id: string;
  kind: KindName;
  action: TaskAction;
  /** Scope key of a list, or `_id` of a local entity. */
  subject: string;
  /** What a person sees of it. */
  title: string;
  /** Remote ids that the request needs: those of the scope and its ancestors. */
  parents: ParentIds;
  /** False for requests that only the plan needs: they are no part of the run's progress. */
  counted: boolean;
  order: number;
  window: number | null;
  state: TaskState;
  /** How often it was put into the queue; part of the job's id. */
  enqueued: number;
  attempts: number;
  /** Starts since the last end of an attempt: many mean that it takes its process down. */
  starts: number;
  not_before: Date | null;
  owner: string | null;
  fence: number;
  claimed_at: Date | null;
  error: ErrorRecord | null;
  blocked_by: BlockedBy | null;
  result: TaskResult | null;
  counts: RequestCounts;
  created_at: Date;
  ended_at: Date | null;
}

/** What a list task found; also what an export task left. */
export interface TaskResult {
  rows?: number;
  requested_at?: Date;
  changes?: KindChanges;
  remote_id?: string;
  sent_name?: string | null;
}

/** What we are about to create, are creating or have created for one local entity; kept for ever. */
export interface IntentDocument {
  /** `_id` of the local entity, as text. */
  _id: string;
  kind: KindName;
  run_id: string;
  state: IntentState;
  /** Lineage parent's remote id and normalised name: two unsettled creates never share both. */
  name_key: string | null;
  parents: ParentIds;
  ancestors: ParentIds;
  name: string | null;
  sent_name: string | null;
  /** Hash of the draft's fields when it was planned. */
  content: string;
  payload: EntityFields;
  /** Remote ids that carried the name before the request. */
  before_ids: string[];
  remote_id: string | null;
  /** What a create answered, kept until promotion. */
  answer: EntityFields | null;
  attempt: number;
  /** Answers lost since it was planned. */
  lost?: number;
  sent_at: Date | null;
  owner: string | null;
  fence: number;
  lease_until: Date | null;
  /** True once an outcome was unknown. */
  was_ambiguous: boolean;
  /** True once the API refused the first name: another is not tried in the same run. */
  was_renamed: boolean;
  error: ErrorRecord | null;
  created_at: Date;
  updated_at: Date;
}

/** A name that a run has given away within one parent. */
export interface ReservationDocument {
  /** Name scope, field and normalised value. */
  _id: string;
  /** Kind and lineage parent. */
  name_scope: string;
  /** `_id` of the local entity that has it. */
  owner: string;
  run_id: string;
  created_at: Date;
}

/** A name found in a list that a run read, with the ids that carry it. */
export interface ListedNameDocument {
  _id: string;
  run_id: string;
  name_scope: string;
  field: string;
  /** Normalised. */
  value: string;
  ids: string[];
}

/** Which remote entity a local one became; kept for ever. */
export interface IdMapDocument {
  /** Kind and local `_id`. */
  _id: string;
  kind: KindName;
  local_id: string;
  remote_id: string;
  /** The run that asked the API for it. */
  run_id: string;
  created_at: Date;
}

export type ChangeOperation = 'insert' | 'update' | 'remove';

/**
 * A difference between a list and production, staged by a run. Once published it says what was done: mostly what was
 * staged, else corrected with the publication; then it is copied into the history.
 */
export interface ChangeDocument {
  _id: string;
  run_id: string;
  task_id: string;
  /** Claim of the task that staged it: what an overtaken claim left does not count. */
  fence: number;
  kind: KindName;
  key: string;
  operation: ChangeOperation;
  /** Revision of production that it was computed from; null: not there. */
  expects: number | null;
  requested_at: Date;
  before: EntityFields | null;
  /** The row as read, with the ids of its ancestors. */
  after: EntityFields | null;
  /** Of `after`. */
  hash: string | null;
  dangling: boolean;
  /** Set by the publication where production had moved on, so that nothing was done. */
  passed_over?: boolean;
}

/** A change that was made to production. */
export interface HistoryDocument {
  /** Of what an import published, the change's. */
  _id?: Types.ObjectId | string;
  run_id: string;
  kind: KindName;
  key: string;
  operation: ChangeOperation;
  before: EntityFields | null;
  after: EntityFields | null;
  at: Date;
}

/** When a list was last read whole, and what it held. */
export interface ScopeDocument {
  _id: string;
  kind: KindName;
  scope: string;
  rows: number;
  verified_at: Date;
  run_id: string;
}

/** What one kind of one run came to. */
export interface SyncLogDocument {
  timestamp: Date;
  operation: Operation;
  entity_type: KindName;
  success: boolean;
  /** Milliseconds. */
  duration: number;
  entities_processed: number;
  errors: number;
  run_id: string;
  requests: number;
  retries: number;
  rate_limited: number;
  waited_ms: number;
}

/** What one minute's requests came to, as far as one series of counts has it: after a loss of Redis another begins. */
export interface RateMinuteDocument {
  _id: string;
  /** Its beginning. */
  at: Date;
  /** Requests that share a limit: those for entities, or reports. */
  rate_class: string;
  /** Requests sent. */
  used: number;
  rate_limited: number;
  /** Without an answer, or with 5xx. */
  failed: number;
  /** Repetitions of what had failed. */
  retries: number;
  /** Time that requests waited for a slot. */
  waited_ms: number;
  /** Most that waited at once. */
  waiting: number;
  /** Requests a second that were allowed; null: without a limit. */
  rate: number | null;
}

/** The rate that an account's API was found to bear. */
export interface RateDocument {
  /** Of the budget: an HMAC of the token. */
  _id: string;
  /** Requests a second. */
  rate: number;
  /** A 429 has shown that it bears no more. */
  is_bound: boolean;
  found_at: Date;
}

/** Whose data this store holds. */
export interface AccountDocument {
  _id: 'account';
  base_url: string;
  claimed_at: Date;
}

/** A process that is alive, until it falls silent. */
export interface ProcessDocument {
  /** The name it connects under. */
  _id: string;
  alive_until: Date;
}

/** Something that one process at a time does. */
export interface LockDocument {
  _id: string;
  owner: string;
  until: Date;
}
