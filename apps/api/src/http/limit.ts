import type { Request } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiParts } from '../parts.ts';
import { ProblemError } from './problem-error.ts';

/** Of one client: more than a person or a script that waits for answers ever starts, less than keeps the stores busy. */
const most = { points: 100, duration: 10 };

/**
 * Makes what lets a client's requests through, so many in a while. Counted in this process: it must hold, and cost nothing,
 * while Redis is away.
 *
 * @returns throws ProblemError `too_many_requests` beyond the limit
 */
export function createLimit(log: Pick<ApiParts['log'], 'warn'>): (req: Request) => Promise<void> {
  const limiter = new RateLimiterMemory(most);
  return async ({ socket, path }) => {
    const client = socket.remoteAddress ?? 'unknown';
    const refused = await limiter.consume(client).then(
      () => null,
      (error: unknown) => error,
    );
    if (refused === null) return;
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    // Once for each row of them.
    if (refused.consumedPoints === most.points + 1) log.warn({ client, path, ...most }, 'a client asks too often');
    const detail = `At most ${most.points} of these requests are taken in ${most.duration} seconds: ask again in ${seconds}.`;
    throw new ProblemError({ code: 'too_many_requests', detail, headers: { 'retry-after': String(seconds) } });
  };
}
