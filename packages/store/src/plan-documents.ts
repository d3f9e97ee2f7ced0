import type {
  AwaitedParent,
  BlockedBy,
  EntityFields,
  ErrorRecord,
  KindName,
  LinkProposal,
  NameHolder,
  PlanAction,
  PlannedRequest,
  PlanState,
  References,
} from '@broadstreet-sync/domain';

/** One entry of an export's plan: a request that it makes, or why it makes none for an entity. Kept with its run. */
export interface PlanItemDocument {
  /** Made from run, kind, action and subject. */
  _id: string;
  run_id: string;
  kind: KindName;
  level: number;
  order: number;
  action: PlanAction;
  state: PlanState;
  /** `_id` of a local entity, key of a production entity, or id of the parent of a list. */
  subject: string;
  title: string;
  /** As it was given. */
  name: string | null;
  /** As it is sent. */
  sent_name: string | null;
  /** Who has the name that it wished for, where it gets another. */
  renamed: NameHolder | null;
  request: PlannedRequest | null;
  /** What it hangs on: remote ids, or local `_id`s of what is created before it. */
  parents: References;
  ancestors: References;
  awaits: AwaitedParent[];
  /** Parents, by field, of which nothing is known here: no import has shown them. */
  unknown_parents: string[];
  /** Fields of the draft as they were; of an entity that exists the edited ones. */
  draft: EntityFields | null;
  /** Requests that look at the entity before this one leaves. */
  reads: number;
  /** Key of the entity that it is linked to. */
  target: string | null;
  proposals: LinkProposal[];
  error: ErrorRecord | null;
  blocked_by: BlockedBy | null;
}
