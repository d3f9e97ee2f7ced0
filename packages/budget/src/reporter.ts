import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { BudgetScript } from './redis-script.ts';
import { addEnd, emptyTally, joinTallies, type RequestTally } from './request-tally.ts';
import type { Clock } from './sleep.ts';
import type { BreakerChange, FoundRate, RequestEnd } from './types.ts';

/** What a reply of Redis says of the whole. */
export interface News {
  readonly isStorm: boolean;
  readonly isOpen?: boolean | undefined;
}

/** Tells Redis how requests went, after the fact and mostly many at once: no request waits for it. */
export interface Reporter {
  /** A request is sent; to be told how it ended. */
  begin(): (end: RequestEnd) => void;
  /** Counts a caller as waiting while `work` is on. */
  whileWaiting<T>(work: Promise<T>): Promise<T>;
  waited(ms: number): void;
  /** Answers are told at once while a storm of 429s is on or the breaker is open, until one has ended it. */
  note(news: News): void;
  /** As far as this process knows. */
  isBreakerOpen(): boolean;
  close(): Promise<void>;
}

interface ReporterSettings {
  readonly script: Pick<BudgetScript, 'report'>;
  readonly clock: Clock;
  readonly onFound: (found: FoundRate) => void;
  readonly onBreaker: (change: BreakerChange) => void;
}

/** What goes well is told together, so often; the same goes for how many wait. */
const togetherMs = 250;
/** What the last report gets when the process stops: Redis may be away. */
const lastMs = 2000;

export function createReporter({ script, clock, onFound, onBreaker }: ReporterSettings): Reporter {
  const process = randomUUID();
  let tally: RequestTally = emptyTally;
  let [waiting, inFlight] = [0, 0];
  let usualMs: number | null = null;
  let [isStorm, isOpen] = [false, false];
  let timer: NodeJS.Timeout | null = null;
  let telling: Promise<void> | null = null;
  let isNews = false;
  let isClosed = false;

  async function report(): Promise<void> {
    const told = tally;
    tally = emptyTally;
    try {
      const ageMs = told.sentAt === null ? 0 : clock() - told.sentAt;
      const reply = await script.report(told, ageMs, { process, waiting, inFlight });
      usualMs = reply.latencyMs ?? usualMs;
      isStorm = reply.isStorm;
      isOpen = reply.isOpen;
      if (reply.found !== null) onFound(reply.found);
      if (reply.change === 'opened') {
        onBreaker({ to: 'open', cause: reply.cause, nextProbeInMs: reply.nextProbeInMs });
      }
      if (reply.change === 'closed') onBreaker({ to: 'closed' });
    } catch {
      // Redis is away: told when it is back.
      tally = joinTallies(told, tally);
    }
  }

  function tell(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    isNews = telling !== null;
    telling ??= report().finally(() => {
      telling = null;
      if (isNews) tell();
      else if (tally.used + waiting + inFlight > 0) schedule();
    });
  }

  function schedule(): void {
    if (timer !== null || isClosed) return;
    timer = setTimeout(tell, togetherMs);
    timer.unref();
  }

  return {
    begin() {
      inFlight += 1;
      schedule();
      return (end) => {
        inFlight -= 1;
        tally = addEnd(tally, end, usualMs, clock());
        const isBad = /[fs]$/.test(tally.outcomes) && end.outcome !== 'aborted';
        if (isBad || isStorm || isOpen) tell();
        else schedule();
      };
    },
    async whileWaiting(work) {
      waiting += 1;
      schedule();
      try {
        return await work;
      } finally {
        waiting -= 1;
      }
    },
    waited(ms) {
      tally = { ...tally, waitedMs: tally.waitedMs + ms };
    },
    note(news) {
      isStorm = news.isStorm;
      isOpen = news.isOpen ?? isOpen;
    },
    isBreakerOpen: () => isOpen,
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      const last = Promise.resolve(telling).then(() => (tally.used > 0 ? report() : undefined));
      await Promise.race([last, delay(lastMs, undefined, { ref: false })]);
    },
  };
}
