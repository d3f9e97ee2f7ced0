import { setMaxListeners } from 'node:events';
import { firstAborted } from './first-aborted.ts';
import { createLane, type Lane } from './lane.ts';
import { type BudgetScript, createBudgetScript } from './redis-script.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { createSharedSlots } from './shared-slots.ts';
import type { Clock } from './sleep.ts';
import type {
  Budget,
  BudgetSettings,
  BudgetState,
  FoundRate,
  Priority,
  RateClass,
  Reservation,
  SlotSource,
  TakeOptions,
} from './types.ts';
import { createUnlimitedSlots } from './unlimited-slots.ts';

/** How far ahead {@link Budget.take} reserves: what a killed process held is lost to the others for at most this long. */
const horizonMs = 1000;

/** No window of this length holds more requests for entities than the rate. */
const windowMs = 1000;
/** openapi v1, /records: 2 requests in 5 seconds. */
const records = { rate: 2 / 5, windowMs: 5000 };

/** What one class of requests is made of. */
interface ClassParts {
  readonly script: BudgetScript;
  readonly reporter: Reporter;
  readonly slots: SlotSource;
  readonly lanes: Readonly<Record<Priority, Lane>>;
  /** Of this process alone. */
  readonly pausedForMs: () => number;
  readonly succeeded: () => void;
}

/**
 * One account's rate budget and breaker, shared by all processes whose settings name the same Redis, prefix and account.
 *
 * Each request reserves the next slot and sleeps until it. Slots lie 2 % further apart than the rate asks and one that
 * is reached over 15 ms late is given up, so that no window of one second ever holds more requests than the rate, from
 * whichever processes they come. How requests end is told afterwards; from it follow the breaker, the bound on
 * repetitions, the latency and the counts by the minute. Redis rejections pass through to the caller; the state kept there
 * may be lost at any time, which costs one second without requests.
 *
 * With `unlimited` nothing is asked of Redis before a request but while the breaker is open, and a 429 pauses this process
 * alone.
 */
export function createBudget(settings: BudgetSettings): Budget {
  const clock: Clock = settings.now ?? performance.now.bind(performance);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let found: FoundRate | null = settings.found ?? null;
  const onFound = (latest: FoundRate) => {
    found = latest;
  };
  const classes: Record<RateClass, ClassParts> = {
    entities: createClass({ ...settings, rateClass: 'entities', windowMs, clock, found: () => found, onFound }),
    records: createClass({
      ...settings,
      ...records,
      rateClass: 'records',
      clock,
      found: () => null,
      onFound: () => {},
    }),
  };
  const { entities } = classes;

  async function reserve(parts: ClassParts, options: Parameters<Budget['reserve']>[0] = {}): Promise<Reservation> {
    const reservation = await parts.slots.reserve(options);
    if (!reservation.slot) return reservation;
    const { slot } = reservation;
    const arrive = async (signal?: AbortSignal) => {
      const isReached = await parts.reporter.whileWaiting(slot.arrive(signal));
      if (isReached) parts.reporter.waited(slot.waitMs);
      return isReached;
    };
    return { slot: { waitMs: slot.waitMs, arrive } };
  }

  async function take(parts: ClassParts, { priority = 'bulk', signal, isRetry = false }: TakeOptions) {
    const either = firstAborted(...(signal ? [signal] : []), closing.signal);
    const work = parts.lanes[priority].take(either.signal, isRetry).finally(either.release);
    const taken = await parts.reporter.whileWaiting(work);
    if ('waitedMs' in taken) parts.reporter.waited(taken.waitedMs);
    return taken;
  }

  return {
    reserve: (options) => reserve(classes[options?.rateClass ?? 'entities'], options),
    take: (options = {}) => take(classes[options.rateClass ?? 'entities'], options),
    takeRetry: (rateClass = 'entities') => classes[rateClass].script.retry(),
    pause: (retryAfterMs, { rateClass = 'entities', ageMs = 0 } = {}) =>
      classes[rateClass].slots.pause(usable(retryAfterMs), ageMs),
    begin(rateClass = 'entities') {
      const { reporter, succeeded } = classes[rateClass];
      const ended = reporter.begin();
      return (end) => {
        if (end.outcome === 'answered') succeeded();
        ended(end);
      };
    },
    isBreakerOpen: () => entities.reporter.isBreakerOpen(),
    state: () => readState(settings, entities),
    counts: () => entities.script.counts(),
    forgetCounts: (beforeMinute) => entities.script.forget(beforeMinute),
    async close() {
      closing.abort(new Error('The rate budget was closed'));
      await Promise.all(Object.values(classes).map(({ reporter }) => reporter.close()));
    },
  };
}

interface ClassSettings extends Omit<BudgetSettings, 'found'> {
  readonly rateClass: RateClass;
  readonly windowMs: number;
  readonly clock: Clock;
  readonly found: () => FoundRate | null;
  readonly onFound: (found: FoundRate) => void;
}

function createClass(settings: ClassSettings): ClassParts {
  const { clock, onFound, lateMs, onBreaker = () => undefined } = settings;
  const script = createBudgetScript(settings);
  const reporter = createReporter({ script, clock, onFound, onBreaker });
  const lanesOf = (slots: SlotSource) => ({
    interactive: createLane({ slots, clock, priority: 'interactive', horizonMs }),
    bulk: createLane({ slots, clock, priority: 'bulk', horizonMs }),
  });
  if (settings.rate === 'unlimited') {
    const slots = createUnlimitedSlots({ script, clock, isBreakerOpen: reporter.isBreakerOpen, onNews: reporter.note });
    const { pausedForMs, succeeded } = slots;
    return { script, reporter, slots, lanes: lanesOf(slots), pausedForMs, succeeded };
  }
  const slots = createSharedSlots({ script, clock, lateMs, onNews: reporter.note });
  return { script, reporter, slots, lanes: lanesOf(slots), pausedForMs: () => 0, succeeded: () => undefined };
}

async function readState({ rate }: BudgetSettings, { script, pausedForMs }: ClassParts): Promise<BudgetState> {
  const { nowMs, pausedUntilMs, aheadMs, ...state } = await script.state();
  if (rate !== 'unlimited') return { ...state, pausedUntilMs: pausedUntilMs > nowMs ? pausedUntilMs : null, aheadMs };
  const ownMs = pausedForMs();
  return { ...state, rate: null, pausedUntilMs: ownMs > 0 ? nowMs + ownMs : null, aheadMs: ownMs };
}

/** A `Retry-After` of nothing, or one that is no number, would have us ask again at once. */
function usable(retryAfterMs: number | undefined): number | undefined {
  return retryAfterMs !== undefined && Number.isFinite(retryAfterMs) && retryAfterMs > 0 ? retryAfterMs : undefined;
}
