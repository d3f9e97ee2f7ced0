import type { StrayState } from '@broadstreet-sync/domain';

/** A create that was sent, was not answered, and had left nothing when it was looked for. It may be carried out yet. */
export interface WrittenOff {
  /** Under which it was sent. */
  name: string | null;
  /** Remote ids that carried the name before. */
  before_ids: string[];
  /** Hash of the draft that it was made from. */
  content: string;
  sent_at: Date;
}

/** A remote row that a create has left beside the one that counts. */
export interface Stray {
  /** Its id, or the ids of its parents. */
  key: string;
  name: string | null;
  /** The run that found it. */
  run_id: string;
  found_at: Date;
  /** Its sender knows it by the answer; else it was found by its name. */
  is_certain: boolean;
  state: StrayState;
  /** Why it was left, in words that go on from "because". */
  why: string | null;
  /** A run says what became of it. */
  is_reported: boolean;
}
