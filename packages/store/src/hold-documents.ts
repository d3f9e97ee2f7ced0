import type { HoldReason, HoldState, KindName } from '@broadstreet-sync/domain';

/** What an import keeps back of one list, until a person confirms it. */
export interface HoldDocument {
  /** Run and scope. */
  _id: string;
  run_id: string;
  kind: KindName;
  /** Key of the list's scope. */
  scope: string;
  /** The task that read the list: what it staged is what is kept back. */
  task_id: string;
  title: string;
  state: HoldState;
  reasons: HoldReason[];
  /** Rows that production had, and that the list has. */
  rows_before: number;
  rows_now: number;
  /** Entities that would be removed, by kind. */
  losses: Partial<Record<KindName, number>>;
  /** Scopes of the same run that must be confirmed with it. */
  needs: string[];
  /** The parent that the API did not know any more, where that is what is held. */
  lost_parent: { kind: KindName; key: string } | null;
  /** When the list was asked for. */
  requested_at: Date;
  /** The later import that has read the same list. */
  replaced_by: string | null;
}
