import type { SyncLimits } from '../context.ts';

type Times = Pick<SyncLimits, 'timeoutMs' | 'settleMs'>;

const longestMarginMs = 15_000;
/** A claim must outlast the wait for a slot, of at most a second, with room to spare. */
const shortestMarginMs = 3000;

/** How long a claim is held: one request, and 15 s; of requests that are given less than 30 s, half of that. */
export function leaseMsOf({ timeoutMs }: Times): number {
  return timeoutMs + Math.min(longestMarginMs, Math.max(shortestMarginMs, timeoutMs / 2));
}

/** After which, from its sending, a request that was not answered is surely decided. */
export function settleMsOf({ timeoutMs, settleMs }: Times): number {
  return timeoutMs + settleMs;
}

/** After which, from its sending, one that was carried out even twice the settle time late shows in a list. */
export function lateMsOf({ timeoutMs, settleMs }: Times): number {
  return timeoutMs + 2 * settleMs + Math.max(1000, settleMs / 4);
}
