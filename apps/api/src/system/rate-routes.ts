import { api, type RateMinuteView } from '@broadstreet-sync/contract';
import type { RateMinuteSum } from '@broadstreet-sync/store';
import { type Binding, bind, reply } from '../http/bind.ts';
import { invalidInput } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { rateView } from '../runs/rate-state.ts';

const hourMs = 3_600_000;
const mostMs = 7 * 24 * hourMs;

/** What tells how fast requests to Broadstreet go. */
export function bindRateRoutes({
  store,
  readRate,
  rateSettings,
}: Pick<ApiParts, 'store' | 'readRate' | 'rateSettings'>): Binding[] {
  return bind(api.getRates, async ({ query }) => {
    const to = query.to === undefined ? new Date() : new Date(query.to);
    const from = query.from === undefined ? new Date(to.getTime() - hourMs) : new Date(query.from);
    checkSpan(from, to);
    const [state, minutes] = await Promise.all([readRate(), store.rates.minutes(from, to)]);
    return reply(200, { now: rateView(rateSettings, state), minutes: minutes.map(minuteView) });
  });
}

/** @throws ProblemError `invalid_input` */
function checkSpan(from: Date, to: Date): void {
  const ms = to.getTime() - from.getTime();
  if (ms <= 0) throw invalidInput([{ path: 'from', message: 'must be before `to`' }]);
  if (ms > mostMs) throw invalidInput([{ path: 'from', message: 'must be at most 7 days before `to`' }]);
}

function minuteView({ at, rate, ...counts }: RateMinuteSum): RateMinuteView {
  const allowed = rate === null ? null : Math.round(rate * 60 * 100) / 100;
  return { ...counts, at: at.toISOString(), waited_ms: Math.round(counts.waited_ms), allowed };
}
