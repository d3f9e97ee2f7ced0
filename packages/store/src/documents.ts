import type {
  AdoptPolicy,
  BlockedBy,
  ConflictPolicy,
  EntityFields,
  ErrorRecord,
  HoldReason,
  IntentState,
  KindChanges,
  KindName,
  Mode,
  Operation,
  ParentIds,
  ParkedState,
  PlanSummary,
  RequestCounts,
  RunState,
  TaskState,
} from '@broadstreet-sync/domain';
import type { Types } from 'mongoose';
import type { OurPart } from './entity-documents.ts';
import type { Stray, WrittenOff } from './intent-documents.ts';

export type * from './access-documents.ts';
export type * from './entity-documents.ts';
export type * from './hold-documents.ts';
export type * from './intent-documents.ts';
export type * from './plan-documents.ts';
export type * from './rate-documents.ts';
export type * from './schedule-documents.ts';

/** How far a kind of a run has been planned, and how its tasks were put into the queue. */
export interface KindPlan {
  /** Set once every removal of the kind is stored as a task. */
  removals?: 'ready';
  /**
   * `support`: requests that the plan itself needs are open; `ready`: every task of the kind is stored; `settled`: of an
   * import, once they have ended: what of them is held is decided.
   */
  phase: 'support' | 'ready' | 'settled';
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
  /**
   * Local `_id`s (export; what they need comes along), scope keys (import) or entity keys (undo of an import) that the run is
   * limited to, by kind; null: all.
   */
  only: Partial<Record<KindName, string[]>> | null;
  filters: Record<string, unknown>;
  /** Of the mode `due`: no list is to get older than this. */
  max_age_hours?: number | null;
  dry_run: boolean;
  conflicts: ConflictPolicy;
  confirm: KindName[];
  /** Whether an export links local entities to equal ones that exist; never where it is missing. */
  adopt?: AdoptPolicy;
  /** The dry run whose plan an export carries out, exactly or not at all. */
  from_plan?: string;
  /** When the plan was found to hold still: until then nothing is sent. */
  checked_at?: Date;
  /** What an export's plan comes to, once it is whole. */
  planned?: PlanSummary;
  /** What the trigger said, by which the same request is known again. */
  asked?: Record<string, unknown>;
  status: RunState;
  /** Set while the run is the one of its operation that may go on; unique, so there is at most one. */
  slot: Operation | null;
  /** Grows each time the flow is made anew; jobs of an older generation do nothing. */
  generation: number;
  idempotency_key: string | null;
  requested_by: string;
  /** The schedule that it comes from, with the tick that it is for; null: a person had it run. */
  schedule?: { id: string; name: string; at: Date | null };
  retry_of: string | null;
  /** The run that this one undoes, of the same operation; with `force` also what was changed since. */
  undo?: { run_id: string; force: boolean } | null;
  /** Set when the run must stop: by a person, or because going on is of no use. */
  stop: { reason: 'cancelled' | 'failed'; at: Date } | null;
  error: ErrorRecord | null;
  plan: Partial<Record<KindName, KindPlan>>;
  /** Lists that an import will read of each kind, as far as production tells when it starts. */
  expected?: Partial<Record<KindName, number>> | null;
  changes: Partial<Record<KindName, KindChanges>>;
  published_at: Date | null;
  /** How far a publication in chunks has come. */
  published_to: PublishedTo | null;
  /** Lists that are held and wait for a person. */
  held?: number;
  /** How long what is not published is kept, so that a person may have it published. */
  keep_until?: Date | null;
  /** What was published and is still in the change set: to be copied into the history, or copied and to be cleared. */
  archive: 'due' | 'copied' | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

/**
 * What a task does: read one list, read it once more for what refers to its rows, read the names that a parent's children
 * have, look for late rows, or write one entity.
 */
export type TaskAction = 'list' | 'reread' | 'names' | 'sweep' | WriteAction;
/** Create one entity, take one that exists for it, update or remove one. */
export type WriteAction = 'create' | 'link' | 'update' | 'remove';

/** One unit of a run's remote work. */
export interface TaskDocument {
  /** Made from run, kind, action and subject, so that planning twice stores it once. */
  _id: string;
  run_id: string;
  kind: KindName;
  action: TaskAction;
  /** Scope key of a list or a sweep, `_id` of a local entity, or key of one that is updated or removed. */
  subject: string;
  /** What a person sees of it. */
  title: string;
  /** Remote ids that the request needs: those of the scope and its ancestors. */
  parents: ParentIds;
  /** Key of the remote entity that a local one is linked to. */
  target?: string;
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
  /** The list was not compared as a whole: it says nothing about when its scope was last verified. */
  partial?: boolean;
  /** What was odd about a list that was otherwise right. */
  doubts?: HoldReason[];
  /** What a person has confirmed: by so many rows the list differs from the API's own count. */
  count_difference?: number;
  /** The parent that the API does not know any more. */
  lost_parent?: { kind: KindName; key: string };
  remote_id?: string;
  sent_name?: string | null;
  /** Keys of rows that a sweep has removed, has left, and has found to be what a local entity became. */
  removed?: string[];
  left?: string[];
  adopted?: string[];
  /** `_id` of the local entity that a removed one was made from, or is again. */
  local_id?: string | null;
  name?: string | null;
  /** True: it is a local entity again. */
  returned?: true;
  /** Fields that were sent with an update. */
  sent?: string[];
  conflicts?: FieldConflict[];
  /** The run that has undone a create. */
  undone_by?: string;
}

/** A field that was changed here and there since the remote last said it. */
export interface FieldConflict {
  field: string;
  base: unknown;
  local: unknown;
  remote: unknown;
  /** Which of both was kept; null while that is open. */
  kept: 'local' | 'remote' | null;
}

/** What we are about to create, are creating or have created for one local entity; kept for ever. */
export interface IntentDocument {
  /** `_id` of the local entity, as text. */
  _id: string;
  kind: KindName;
  run_id: string;
  state: IntentState;
  /** Lineage parent's remote id and normalised name: two unresolved creates never share both. */
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
  /** Of a parked one: the state with which it goes on. */
  parked_from?: ParkedState | null;
  written_off?: WrittenOff[];
  /** Key of a row that bore its name when it was looked for, and was not as it was sent: a person knows whose it is. */
  lookalike?: string;
  strays?: Stray[];
  /** When its parent is to be looked at for rows that came late; null when it need not be. */
  sweep_after?: Date | null;
  /** When somebody last changed the draft, by the clock of who did. */
  draft_touched_at?: Date;
  created_at: Date;
  updated_at: Date;
}

/** What an export has removed: a list that was asked for before knows of it, and must not bring it back. */
export interface RemovedDocument {
  /** Kind and key. */
  _id: string;
  at: Date;
  run_id: string;
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
  /** The run that asked the API for it, or linked it; null where a person did. */
  run_id: string | null;
  /** Set where it existed remotely before. */
  linked?: true;
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
  /** Of an update, the fields that it changes. */
  fields?: string[];
  /** Of an update, the fields that were edited here and changed there too. */
  conflicts?: FieldConflict[];
  /** What of the entity was made here, before the change. */
  ours?: OurPart;
  /** Of an undo, what of it was made here and is to be had back. */
  restores?: OurPart;
  /** Set by the publication where production had moved on, so that nothing was done. */
  passed_over?: boolean;
}

/** A change that was made to production. */
export interface HistoryDocument {
  /** Of what an import published, the change's. */
  _id?: Types.ObjectId | string;
  /** Null where a person linked it, or decided about a conflict. */
  run_id: string | null;
  kind: KindName;
  key: string;
  operation: ChangeOperation;
  before: EntityFields | null;
  after: EntityFields | null;
  /** Of an update, the fields that it changed. */
  fields?: string[];
  /** Of an update by an import, the fields that were edited here and changed there too. */
  conflicts?: FieldConflict[];
  /** Of a change by an import, what of the entity was made here, before. */
  ours?: OurPart;
  /** Fields of the local entity that was linked to it. */
  linked?: EntityFields;
  at: Date;
}

/** What the API says of how many rows the lists of an entity have, as a run asked once. */
export interface CounterDocument {
  /** Run and entity. */
  _id: string;
  /** By field; null while somebody asks. */
  values: Readonly<Record<string, number | null>> | null;
  /** The task that asks, and since when. */
  asked_by: string;
  asked_at: Date;
}

/** When a list was last read whole, and what it held. */
export interface ScopeDocument {
  _id: string;
  kind: KindName;
  scope: string;
  rows: number;
  /** Null while it was never read whole. */
  verified_at: Date | null;
  /** By so many rows it differs from the API's own count, which a person has confirmed. */
  count_difference?: number;
  run_id: string;
  /** Ids of the scope's entity and its ancestors. */
  parents?: ParentIds;
  /** How often it changes: the share of its last reads, the later ones weighing more, that found something new. */
  churn?: number;
  /** Set while the last attempt to read it has failed. */
  failed_at?: Date;
  error?: ErrorRecord;
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
  /** True: nothing was changed, it was only planned; absent in what an earlier version wrote. */
  dry_run?: boolean;
  requests: number;
  retries: number;
  rate_limited: number;
  /** Of all requests together, which wait side by side. */
  waited_ms: number;
}

/** Whose data this store holds. */
export interface AccountDocument {
  _id: 'account';
  base_url: string;
  /** Under which its processes find each other; absent in a store that nobody has used since an earlier version. */
  queue_prefix?: string;
  claimed_at: Date;
}

/** How a worker was started: what a person asks when two of them behave differently. No secret. */
export interface WorkerSituation {
  host: string;
  pid: number;
  started_at: Date;
  base_url: string;
  /** Requests a second, `auto` or `unlimited`. */
  rate: string;
  read_only: boolean;
  queue_prefix: string;
  history_days: number;
}

/** A process that is alive, until it falls silent. */
export interface ProcessDocument {
  /** The name it connects under. */
  _id: string;
  alive_until: Date;
  /** Absent in what is no worker, or one of an earlier version. */
  situation?: WorkerSituation;
}

/** Something that one process at a time does. */
export interface LockDocument {
  _id: string;
  owner: string;
  until: Date;
}
