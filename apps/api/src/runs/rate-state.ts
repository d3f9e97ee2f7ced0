import type { Budget, BudgetSettings, BudgetState } from '@broadstreet-sync/budget';
import type { RateNow } from '@broadstreet-sync/contract';
import { keepFor } from '../http/keep-for.ts';

/** What the rate budget says that all processes share. */
export interface RateState {
  /** Requests a second; null where it is not known or has no limit. */
  readonly rate: number | null;
  /** Until when a 429 has all requests wait. */
  readonly pausedUntil: Date | null;
  /** All that it says; missing while Redis does not answer. */
  readonly live?: BudgetState | undefined;
}

const unknown: RateState = { rate: null, pausedUntil: null };

/** Reads how fast requests go just now. */
export function createRateState(budget: Pick<Budget, 'state'>): () => Promise<RateState> {
  return keepFor(500, 300, unknown, async () => {
    const live = await budget.state();
    return { rate: live.rate, pausedUntil: toDate(live.pausedUntilMs), live };
  });
}

function toDate(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}

/** How answers show it. */
export function rateView(
  { rate: setting, rateMax }: Pick<BudgetSettings, 'rate' | 'rateMax'>,
  state: RateState,
): RateNow {
  const { live, pausedUntil } = state;
  const wished = { setting, highest: setting === 'auto' ? rateMax : null };
  if (live === undefined) return { ...wished, known: false, ...nothingKnown };
  const { breaker, found } = live;
  return {
    ...wished,
    known: true,
    allowed: live.rate,
    found: found === null ? null : { rate: found.rate, is_bound: found.isBound },
    used_last_minute: live.used,
    waiting: live.waiting,
    in_flight: live.inFlight,
    latency_ms: live.latencyMs === null ? null : Math.round(live.latencyMs),
    paused_until: pausedUntil === null ? null : pausedUntil.toISOString(),
    breaker:
      breaker === null
        ? null
        : {
            since: new Date(breaker.sinceMs).toISOString(),
            next_probe: new Date(breaker.nextProbeMs).toISOString(),
            cause: breaker.cause,
          },
  };
}

const nothingKnown = {
  allowed: null,
  found: null,
  used_last_minute: 0,
  waiting: 0,
  in_flight: 0,
  latency_ms: null,
  paused_until: null,
  breaker: null,
} as const;
