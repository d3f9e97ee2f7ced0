import type { BudgetScript, ReserveReply, Standing } from './redis-script.ts';
import type { News } from './reporter.ts';
import { type Clock, orAborted, sleepUntil } from './sleep.ts';
import type { Refusal, Reservation, ReserveOptions, Slot, SlotSource } from './types.ts';

/** A slot reached later than this is given up: the 2 % between slots leave 20 ms in a second, and this of them. */
const defaultLateMs = 15;
/** When a held slot is confirmed; must not be more than the script's `ahead`. */
const confirmAheadMs = 20;

/** Of this process, where a pause without a time could not be told to the others. */
const pauseAloneMs = 1000;

/** An instant of the clock of Redis as this process's clock shows it: not before `earliest`, surely by `due`. */
interface Instant {
  readonly earliest: number;
  readonly due: number;
}

interface SharedSlotsSettings {
  readonly script: Pick<BudgetScript, 'reserve' | 'confirm' | 'pause'>;
  readonly clock: Clock;
  readonly lateMs?: number | undefined;
  /** Told whenever Redis says whether a storm of 429s is on, and whether the breaker is open. */
  readonly onNews: (news: News) => void;
}

/**
 * Slots handed out by Redis. Of a reply we know only that it was made between question and answer, so a slot counts as
 * reached when it has been by the later bound, and as late by the earlier one. The shortest round trip seen is forgiven:
 * it delays all slots alike.
 */
export function createSharedSlots({ script, clock, lateMs = defaultLateMs, onNews }: SharedSlotsSettings): SlotSource {
  let shortestTrip = Number.POSITIVE_INFINITY;
  let last = { slot: '0', due: 0 };
  let pausedUntil = Number.NEGATIVE_INFINITY;

  async function timed<R extends { readonly waitMs: number; readonly isStorm: boolean }>(ask: () => Promise<R>) {
    const asked = clock();
    const reply = await ask();
    const answered = clock();
    shortestTrip = Math.min(shortestTrip, answered - asked);
    onNews(reply);
    return { reply, at: { earliest: asked + reply.waitMs, due: answered + reply.waitMs } satisfies Instant };
  }

  const isLate = (at: Instant) => clock() - at.earliest > lateMs + shortestTrip;

  function createSlot(reserved: ReserveReply, first: Instant, isInteractive: boolean): Slot {
    let standing: Standing = reserved.standing;
    let at = first;

    async function confirm(signal?: AbortSignal): Promise<void> {
      await sleepUntil(at.due - confirmAheadMs, clock, signal);
      standing = isLate(at) ? 'void' : standing;
      if (standing === 'void') return;
      const confirmed = await orAborted(
        timed(() => script.confirm({ ...reserved, isInteractive })),
        signal,
      );
      standing = confirmed.reply.standing;
      // Still held means that the clock of Redis was set back: only the new answer counts.
      if (standing === 'held' || width(confirmed.at) < width(at)) at = confirmed.at;
    }

    async function arrive(signal?: AbortSignal): Promise<boolean> {
      while (standing === 'held') await confirm(signal);
      if (standing === 'void') return false;
      standing = 'void';
      await sleepUntil(at.due, clock, signal);
      if (isLate(at) || clock() < pausedUntil) return false;
      last = { slot: reserved.slot, due: at.due };
      return true;
    }

    return { waitMs: reserved.waitMs, arrive };
  }

  async function reserve(options: Omit<ReserveOptions, 'rateClass'>): Promise<Reservation> {
    const { priority = 'bulk', maxWaitMs, isRetry = false } = options;
    const isInteractive = priority === 'interactive';
    const asked = { isInteractive, maxWaitMs, isRetry };
    const { reply, at } = await timed(() =>
      script.reserve({ ...asked, lastUsed: last.slot, elapsedMs: clock() - last.due }),
    );
    if (reply.standing === 'void') return toRefusal(reply);
    return { slot: createSlot(reply, at, isInteractive) };
  }

  /** Holds also while Redis is away, and for slots that were confirmed just before. */
  function pauseHere(until: number): void {
    pausedUntil = Math.max(pausedUntil, until);
    onNews({ isStorm: true });
  }

  return {
    reserve,
    async pause(retryAfterMs, ageMs) {
      const asked = clock();
      if (retryAfterMs !== undefined) pauseHere(asked + retryAfterMs);
      try {
        pauseHere(asked + (await script.pause(retryAfterMs, ageMs)));
      } catch (error) {
        pauseHere(asked + (retryAfterMs ?? pauseAloneMs));
        throw error;
      }
    },
  };
}

/** What a reply says that gave no slot. */
export function toRefusal({ waitMs, by, cause }: ReserveReply): Refusal {
  return { slot: null, retryInMs: Math.max(1, waitMs), by, cause };
}

function width(at: Instant): number {
  return at.due - at.earliest;
}
