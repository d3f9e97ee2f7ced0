import type { Budget } from '@broadstreet-sync/budget';
import { keepFor } from '../http/keep-for.ts';

/** What the rate budget says that all processes share. */
export interface RateState {
  /** Requests a second; null where it is not known or has no limit. */
  readonly rate: number | null;
  /** Until when a 429 has all requests wait. */
  readonly pausedUntil: Date | null;
}

const unknown: RateState = { rate: null, pausedUntil: null };

/** Reads how fast requests go just now. */
export function createRateState(budget: Pick<Budget, 'state'>): () => Promise<RateState> {
  return keepFor(500, 300, unknown, async () => {
    const { rate, pausedUntilMs } = await budget.state();
    return { rate, pausedUntil: pausedUntilMs === null ? null : new Date(pausedUntilMs) };
  });
}
