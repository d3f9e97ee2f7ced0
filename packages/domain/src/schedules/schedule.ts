/** What becomes of a tick whose schedule's last run still goes on. */
export const overlapPolicies = ['skip', 'queue', 'cancel'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** What becomes of ticks that nobody was there for: nothing, or one run for all of them. */
export const missedPolicies = ['skip', 'catch_up'] as const;
export type MissedPolicy = (typeof missedPolicies)[number];

/** Beyond these, missed ticks are not counted any more. */
export const mostMissed = 250;

/** When a schedule ticks: by the clock of a place, or again and again so long after a start. */
export type Timing =
  | { readonly cron: string; readonly timezone: string }
  | { readonly everySeconds: number; readonly anchor: Date };

/** What of a schedule decides when it runs. */
export interface Ticking {
  readonly id: string;
  readonly timing: Timing;
  /** A run begins up to so many seconds after its tick, so that not all begin at once. */
  readonly jitterSeconds: number;
  /** The last moment that may be a tick; null: it has no end. */
  readonly endsAt: Date | null;
}
