import { describe, expect, it } from 'vitest';
import { createRateLimit, retryAfterHeader } from './rate-limit.ts';
import { startAccount } from './testing/start-account.ts';

describe('a rate limit', () => {
  it('admits so many in any window, and says when the next one may come', () => {
    const limit = createRateLimit();
    const rate = { limit: 2, window_ms: 1000 };
    const take = (now: number) => limit.take(rate, now);

    expect([take(0), take(600), take(900), take(999)]).toEqual([null, null, 100, 1]);
    expect([take(1000), take(1001), take(1600)]).toEqual([null, 599, null]);
  });

  it('never lets Retry-After end too early', () => {
    expect(retryAfterHeader('seconds', 1, 0)).toEqual({ 'retry-after': '1' });
    expect(retryAfterHeader('seconds', 1001, 0)).toEqual({ 'retry-after': '2' });
    expect(retryAfterHeader('date', 1, 5000)).toEqual({ 'retry-after': 'Thu, 01 Jan 1970 00:00:06 GMT' });
    expect(retryAfterHeader('none', 1, 0)).toEqual({});
  });

  it('answers 429 over HTTP and can be changed live', async () => {
    const account = await startAccount({ account: 'R', settings: { rate: { limit: 2, window_ms: 60_000 } } });
    const statuses = async () => [await account.api('GET', '/networks'), await account.api('GET', '/networks')];

    await statuses();
    const [refused] = await statuses();
    await account.control('PATCH', '/settings', { retry_after: 'none' });
    const [silent] = await statuses();
    await account.control('PATCH', '/settings', { rate: null });
    const [admitted] = await statuses();

    expect(refused).toMatchObject({ status: 429 });
    expect(refused?.headers.get('retry-after')).toMatch(/^(59|60)$/);
    expect(silent?.headers.has('retry-after')).toBe(false);
    expect(admitted).toMatchObject({ status: 200 });
    expect((await account.control('GET', '/stats')).body).toMatchObject({ total: 8, rate_limited: 4 });
  });

  it('of /records is its own: 2 in 5 seconds', async () => {
    const account = await startAccount({ account: 'R', settings: { rate: { limit: 1, window_ms: 60_000 } } });
    const report = () => account.api('GET', '/records?type=network&id=9007');

    const statuses = [(await report()).status, (await report()).status, (await report()).status];

    expect(statuses).toEqual([200, 200, 429]);
    expect(await account.api('GET', '/networks')).toMatchObject({ status: 200 });
  });
});
