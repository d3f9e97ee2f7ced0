import type { EntityKind, RequestCounts } from '@broadstreet-sync/domain';

/** The write of one entity of production, by the claim of its task. */
export interface ClaimedWrite {
  readonly kind: EntityKind;
  readonly key: string;
  readonly runId: string;
  readonly taskId: string;
  /** Of the claim that did the work: an overtaken one changes nothing. */
  readonly fence: number;
  /** Of the attempt that ends with it. */
  readonly counts: RequestCounts;
}
