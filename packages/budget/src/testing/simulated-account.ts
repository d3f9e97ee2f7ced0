import { randomUUID } from 'node:crypto';
import { numberOfKeys, script } from '../lua.ts';
import { createBudgetScript, type ReserveReply } from '../redis-script.ts';
import { emptyTally } from '../request-tally.ts';
import { connect } from './accounts.ts';

/** An API with a limit that nobody tells, and clients that have work without end. Times in ms, rates a second. */
export interface SimulatedAccount {
  readonly limit: number;
  readonly rateMax: number;
  readonly latencyMs: number;
  readonly retryAfter: 'seconds' | 'none';
}

interface Sent {
  readonly at: number;
  readonly status: 200 | 429;
  readonly retryAfterMs: number | undefined;
}

/** The script as it is, with a clock that the test sets. */
async function scriptWithClock({ rateMax }: SimulatedAccount) {
  const redis = connect();
  const account = randomUUID();
  const keys = { prefix: 'test', account, rate: 'auto', rateMax, rateClass: 'entities', windowMs: 1000 } as const;
  const bound = createBudgetScript({ ...keys, redis, found: () => null });
  const clock = `test:budget:{${account}}:state:clock`;
  const lua = script.replace("redis.call('TIME')", "{ 0, redis.call('GET', KEYS[1] .. ':clock') }");
  redis.defineCommand('broadstreetBudget', { numberOfKeys, lua });
  const start = 1_000_000_000;
  // Not awaited: Redis takes what a connection sends in order.
  const setTime = (ms: number) => void redis.set(clock, Math.round((start + ms) * 1000)).catch(() => undefined);
  setTime(0);
  return { script: bound, setTime };
}

/**
 * Lets the script decide over the requests of simulated minutes: each asks for a slot, is confirmed before it, and
 * arrives at a server that admits so many in any second.
 *
 * @returns each request, in order
 */
export async function simulateRequests(world: SimulatedAccount, durationMs: number): Promise<Sent[]> {
  const { limit, latencyMs, retryAfter } = world;
  const { script: budget, setTime } = await scriptWithClock(world);
  const queue: { at: number; run: (at: number) => Promise<void> }[] = [];
  const sent: Sent[] = [];
  const admitted: number[] = [];
  let isStorm = false;

  function plan(at: number, run: (at: number) => Promise<void>): void {
    const before = queue.findIndex((event) => event.at > at);
    queue.splice(before === -1 ? queue.length : before, 0, { at, run });
  }

  async function reserve(now: number): Promise<void> {
    const last = { lastUsed: '0', elapsedMs: 0 };
    const reply = await budget.reserve({ isInteractive: false, maxWaitMs: 1000, ...last, isRetry: false });
    if (reply.standing === 'void') return plan(now + Math.max(1, reply.waitMs), reserve);
    const at = now + reply.waitMs;
    if (reply.standing === 'sure') plan(at, send);
    else plan(Math.max(now, at - 20), (confirmAt) => confirm(reply, at, confirmAt));
    plan(at, reserve);
  }

  async function confirm({ slot, epoch }: ReserveReply, at: number, now: number): Promise<void> {
    const { standing } = await budget.confirm({ slot, epoch, isInteractive: false });
    if (standing === 'sure') plan(Math.max(now, at), send);
  }

  async function send(at: number): Promise<void> {
    while ((admitted[0] ?? at) <= at - 1000) admitted.shift();
    const isAdmitted = admitted.length < limit;
    if (isAdmitted) admitted.push(at);
    const waitMs = (admitted[0] ?? at) + 1000 - at;
    const retryAfterMs = retryAfter === 'seconds' ? 1000 * Math.ceil(waitMs / 1000) : undefined;
    const request: Sent = { at, status: isAdmitted ? 200 : 429, retryAfterMs };
    sent.push(request);
    plan(at + latencyMs, () => hear(request));
  }

  async function hear({ status, retryAfterMs }: Sent): Promise<void> {
    if (status === 429) {
      isStorm = true;
      await budget.pause(retryAfterMs, latencyMs);
      return;
    }
    // Well is told of only while it matters.
    if (!isStorm) return;
    const tally = { ...emptyTally, used: 1, outcomes: 'a', answers: 1, answeredMs: latencyMs };
    isStorm = (await budget.report(tally, latencyMs, { process: 'one', waiting: 1, inFlight: 1 })).isStorm;
  }

  plan(0, reserve);
  for (let next = queue.shift(); next !== undefined && next.at < durationMs; next = queue.shift()) {
    setTime(next.at);
    await next.run(next.at);
  }
  return sent;
}
