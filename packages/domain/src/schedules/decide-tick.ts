import type { TickState } from '../states.ts';
import type { MissedPolicy, OverlapPolicy } from './schedule.ts';
import type { DueTick } from './ticks.ts';

/** So long after it was due a tick still counts as kept, as when processes are restarted. */
export const missedAfterMs = 60_000;

/** A run of the schedule that has not ended. */
export interface OpenRun {
  readonly id: string;
  /** False while it waits behind another. */
  readonly hasBegun: boolean;
}

/** What becomes of a tick. */
export interface TickDecision {
  readonly state: Extract<TickState, 'starting' | 'skipped' | 'missed'>;
  /** Why it has no run; null where it has one. */
  readonly reason: string | null;
  /** Runs that are to be stopped first. */
  readonly cancels: readonly string[];
}

/** Decides what becomes of a tick that is due. Pure. */
export function decideTick(
  { dueAt }: Pick<DueTick, 'dueAt'>,
  policies: { readonly missed: MissedPolicy; readonly overlap: OverlapPolicy },
  open: readonly OpenRun[],
  now: Date,
): TickDecision {
  const isLate = now.getTime() - dueAt.getTime() > missedAfterMs;
  if (isLate && policies.missed === 'skip') {
    return { state: 'missed', reason: 'no worker was there for it in time', cancels: [] };
  }
  const [last] = open;
  if (last === undefined) return { state: 'starting', reason: null, cancels: [] };
  if (policies.overlap === 'cancel') {
    return { state: 'starting', reason: null, cancels: open.map(({ id }) => id) };
  }
  if (policies.overlap === 'skip') return skipped(`the run ${last.id} of this schedule still went on`);
  const waiting = open.find(({ hasBegun }) => !hasBegun);
  if (waiting === undefined) return { state: 'starting', reason: null, cancels: [] };
  return skipped(`the run ${waiting.id} of this schedule still waited to begin`);
}

function skipped(reason: string): TickDecision {
  return { state: 'skipped', reason, cancels: [] };
}
