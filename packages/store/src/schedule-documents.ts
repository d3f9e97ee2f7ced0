import type {
  ConflictPolicy,
  KindName,
  MissedPolicy,
  Mode,
  Operation,
  OverlapPolicy,
  TickState,
} from '@broadstreet-sync/domain';

/** Runs that come by themselves. */
export interface ScheduleDocument {
  _id: string;
  name: string;
  operation: Operation;
  kinds: KindName[];
  mode: Mode;
  filters: Record<string, unknown>;
  /** One of this and `cron` is set. */
  every_seconds: number | null;
  cron: string | null;
  timezone: string;
  conflicts: ConflictPolicy;
  max_age_hours: number | null;
  jitter_seconds: number;
  overlap: OverlapPolicy;
  missed: MissedPolicy;
  enabled: boolean;
  ends_at: Date | null;
  /** From when intervals are counted. */
  anchor: Date;
  /** The last tick that somebody has decided about, or the moment from which on ticks count. */
  decided_to: Date;
  /** When the next tick is due, its jitter included; null: there is none. */
  next_at: Date | null;
  last_run_id: string | null;
  /** Grows with each change by a person; ticks do not count. */
  revision: number;
  created_at: Date;
  updated_at: Date;
}

/** What became of one tick of a schedule. */
export interface TickDocument {
  /** See {@link tickKey}: that it is unique makes one run of it. */
  _id: string;
  schedule_id: string;
  at: Date;
  state: TickState;
  reason: string | null;
  /** Earlier ticks that nobody was there for. */
  missed: number;
  missed_from: Date | null;
  /** Runs that are to be stopped before its own is made. */
  cancels: string[];
  run_id: string | null;
  decided_at: Date;
}
