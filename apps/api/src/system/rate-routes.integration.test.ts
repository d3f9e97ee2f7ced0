import { api } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, rateState } from '../testing/api-bed.ts';

const [getRates] = api.getRates;
const counts = { rate_limited: 1, failed: 2, retries: 3, waited_ms: 4000, waiting: 5 };
const nextProbeMs = Date.parse('2026-11-24T10:00:15Z');
let t: ApiBed;

beforeAll(async () => {
  const breaker = { sinceMs: nextProbeMs - 15_000, nextProbeMs, cause: 'GET /zones: the API failed (status 503)' };
  const state = rateState({
    rate: 7.2,
    found: { rate: 7.2, isBound: true },
    breaker,
    latencyMs: 281.4,
    used: 240,
    waiting: 3,
    inFlight: 2,
  });
  t = await createApiBed({ readRate: async () => state, rateSettings: { rate: 'auto', rateMax: 20 } });
});
afterAll(() => t.close());

function minute(at: string, changes = {}) {
  return { series: 's', at: new Date(at), rate_class: 'entities', used: 10, rate: 5, ...counts, ...changes };
}

describe('how fast requests go', () => {
  it('is shown as it is just now, over all processes, and in the status', async () => {
    const { body } = await t.call(getRates);
    const status = await t.call(api.getStatus[0]);

    expect(body.now).toEqual({
      setting: 'auto',
      highest: 20,
      known: true,
      allowed: 7.2,
      found: { rate: 7.2, is_bound: true },
      used_last_minute: 240,
      waiting: 3,
      in_flight: 2,
      latency_ms: 281,
      paused_until: null,
      breaker: {
        since: '2026-11-24T10:00:00.000Z',
        next_probe: '2026-11-24T10:00:15.000Z',
        cause: 'GET /zones: the API failed (status 503)',
      },
    });
    expect(status.body.rate).toEqual(body.now);
  });

  it('is not known while Redis does not say', async () => {
    const other = await createApiBed({
      readRate: async () => ({ rate: null, pausedUntil: null }),
      rateSettings: { rate: 12, rateMax: 5 },
    });
    const { body } = await other.call(getRates);
    await other.close();

    expect(body.now).toMatchObject({ setting: 12, highest: null, known: false, allowed: null, breaker: null });
  });

  it('is shown minute by minute, for an hour or for the times asked for', async () => {
    const now = Date.now();
    const before = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
    await t.store.rates.keep([
      minute(before(90)),
      minute(before(30), { used: 7, rate: null }),
      minute(before(20), { rate_class: 'records', rate: 0.4 }),
    ]);

    const hour = await t.call(getRates);
    const wider = await t.call(getRates, { query: { from: before(100), to: before(25) } });

    expect(hour.body.minutes).toEqual([
      { at: before(30), rate_class: 'entities', used: 7, allowed: null, ...counts },
      { at: before(20), rate_class: 'records', used: 10, allowed: 24, ...counts },
    ]);
    expect(wider.body.minutes.map(({ allowed }: { allowed: number }) => allowed)).toEqual([300, null]);
  });

  it.each([
    [{ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'before `to`'],
    [{ from: '2026-11-01T00:00:00Z', to: '2026-11-09T00:00:00Z' }, '7 days'],
    [{ from: 'yesterday' }, ''],
  ])('is refused for %j', async (query, said) => {
    const answer = await t.call(getRates, { query });

    expect([answer.status, answer.body.code, answer.body.errors[0].path]).toEqual([422, 'invalid_input', 'from']);
    expect(answer.body.errors[0].message).toContain(said);
  });
});
