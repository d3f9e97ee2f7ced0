import { createBudgetScript, type ReserveReply, type Standing } from './redis-script.ts';
import { type Clock, orAborted, sleepUntil } from './sleep.ts';
import type { BudgetSettings, Reservation, ReserveOptions, Slot, SlotSource } from './types.ts';

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

/**
 * Slots handed out by Redis. Of a reply we know only that it was made between question and answer, so a slot counts as
 * reached when it has been by the later bound, and as late by the earlier one. The shortest round trip seen is forgiven:
 * it delays all slots alike.
 */
export function createSharedSlots(settings: BudgetSettings): SlotSource {
  const clock: Clock = settings.now ?? performance.now.bind(performance);
  const lateMs = settings.lateMs ?? defaultLateMs;
  const script = createBudgetScript(settings);
  let shortestTrip = Number.POSITIVE_INFINITY;
  let lastUsed = '0';
  let isStorm = false;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  async function timed<R extends { readonly waitMs: number; readonly isStorm: boolean }>(ask: () => Promise<R>) {
    const asked = clock();
    const reply = await ask();
    const answered = clock();
    shortestTrip = Math.min(shortestTrip, answered - asked);
    isStorm = reply.isStorm;
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
      lastUsed = reserved.slot;
      return true;
    }

    return { waitMs: reserved.waitMs, arrive };
  }

  async function reserve({ priority = 'bulk', maxWaitMs }: ReserveOptions): Promise<Reservation> {
    const isInteractive = priority === 'interactive';
    const { reply, at } = await timed(() => script.reserve({ isInteractive, maxWaitMs, lastUsed }));
    if (reply.standing === 'void') return { slot: null, retryInMs: Math.max(1, reply.waitMs) };
    return { slot: createSlot(reply, at, isInteractive) };
  }

  /** Holds also while Redis is away, and for slots that were confirmed just before. */
  function pauseHere(until: number): void {
    pausedUntil = Math.max(pausedUntil, until);
    isStorm = true;
  }

  return {
    reserve,
    async pause(retryAfterMs) {
      const asked = clock();
      if (retryAfterMs !== undefined) pauseHere(asked + retryAfterMs);
      try {
        pauseHere(asked + (await script.pause(retryAfterMs)));
      } catch (error) {
        pauseHere(asked + (retryAfterMs ?? pauseAloneMs));
        throw error;
      }
    },
    async succeeded() {
      if (isStorm) isStorm = await script.succeeded();
    },
    async state() {
      const { rate, nowMs, pausedUntilMs, aheadMs } = await script.state();
      return { rate, pausedUntilMs: pausedUntilMs > nowMs ? pausedUntilMs : null, aheadMs };
    },
  };
}

function width(at: Instant): number {
  return at.due - at.earliest;
}
