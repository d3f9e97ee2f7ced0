import type { Refusal, TakeOptions } from '@broadstreet-sync/budget';
import { afterEach, describe, expect, test } from 'vitest';
import { createClient, createCountingBudget, createZone, errorOf, errorsOf, listZones } from './testing/client.ts';
import { type Answering, sendJson, startHost } from './testing/host.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function host(answer: Answering) {
  const started = await startHost(answer);
  stops.push(started.stop);
  return started;
}

const refusal = (by: Refusal['by'], cause: string | null = null): Refusal => ({
  slot: null,
  retryInMs: 14_000,
  by,
  cause,
});
const zones = { zones: [] };

describe('a request that is held back', () => {
  test.for([
    ['breaker', 'network', 'breaker_open', true],
    ['retries', 'network', 'retries_spent', true],
    ['pause', 'quota', 'rate_paused', false],
  ] as const)('by %s is not sent, and says how long to wait', async ([by, category, code, usesNoAttempt]) => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 200, zones));
    const { budget, counted } = createCountingBudget({ take: async () => ({ heldBack: refusal(by, 'status 503') }) });

    const { read, write } = await errorsOf(baseUrl, { budget });

    for (const error of [read, write]) {
      expect(error).toMatchObject({ category, code, usesNoAttempt, outcome: 'not_sent', retryAfterMs: 14_000 });
      expect(error.message).toContain('status 503');
    }
    expect(seen).toHaveLength(0);
    expect(counted.ends).toEqual([]);
  });

  test('when it was to be sent again ends with what it failed with', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 502, {}));
    let taken = 0;
    const take = async () => {
      taken += 1;
      return taken === 1 ? { waitedMs: 0 } : { heldBack: refusal('breaker') };
    };

    const error = await errorOf(
      createClient({ baseUrl, budget: createCountingBudget({ take }).budget }).list(listZones),
    );

    expect(error).toMatchObject({ code: 'server_error', status: 502, usesNoAttempt: false });
    expect(seen).toHaveLength(1);
    expect(taken).toBe(2);
  });
});

describe('a probe that fails', () => {
  test('is not sent again, and says nothing about its request', async () => {
    const { baseUrl, seen } = await host((response) => sendJson(response, 503, {}));
    const { budget } = createCountingBudget({ isBreakerOpen: () => true });

    const { read, write } = await errorsOf(baseUrl, { budget });

    for (const error of [read, write]) expect(error).toMatchObject({ code: 'server_error', usesNoAttempt: true });
    expect(seen).toHaveLength(2);
  });

  test('but for what the API says of the request itself', async () => {
    const { baseUrl } = await host((response) => sendJson(response, 422, {}));
    const { budget } = createCountingBudget({ isBreakerOpen: () => true });

    expect((await errorsOf(baseUrl, { budget })).write.usesNoAttempt).toBe(false);
  });
});

describe('the budget', () => {
  test.for([
    [200, { zones: [] }, 'answered'],
    [200, 'odd', 'answered'],
    [401, {}, 'answered'],
    [404, {}, 'answered'],
    [422, {}, 'answered'],
    [429, {}, 'rate_limited'],
    [408, {}, 'failed'],
    [500, {}, 'failed'],
    [503, {}, 'failed'],
  ] as const)('is told of %i with %j as %s', async ([status, body, outcome]) => {
    const { baseUrl } = await host((response) => sendJson(response, status, body));
    const { budget, counted } = createCountingBudget({ takeRetry: async () => false });

    await Promise.allSettled([createClient({ baseUrl, budget }).list(listZones)]);

    expect(counted.ends).toMatchObject([{ outcome, durationMs: expect.any(Number) }]);
  });

  test('is told what a failure was, without a query, and of an abort as no failure', async () => {
    const cancel = new AbortController();
    const { baseUrl } = await host((response, { method }) => (method === 'POST' ? cancel.abort() : response.destroy()));
    const { budget, counted } = createCountingBudget({ takeRetry: async () => false });
    const client = createClient({ baseUrl, budget });

    await errorOf(client.list(listZones));
    await errorOf(client.write(createZone, { signal: cancel.signal }));

    expect(counted.ends.map(({ outcome }) => outcome)).toEqual(['failed', 'aborted']);
    expect(counted.ends[0]?.cause).toBe('GET /zones: the connection was lost before the answer');
  });

  test('is asked for reports and entities apart, and for repetitions as such', async () => {
    const { baseUrl } = await host((response) => sendJson(response, 200, { zones: [], records: [] }));
    const asked: TakeOptions[] = [];
    const { budget } = createCountingBudget({
      async take(options = {}) {
        asked.push(options);
        return { waitedMs: 0 };
      },
    });
    const client = createClient({ baseUrl, budget });

    await client.list({ ...listZones, path: '/records', envelopes: ['records'] }, { isRetry: true });
    await client.list(listZones);

    expect(asked).toMatchObject([
      { rateClass: 'records', isRetry: true },
      { rateClass: 'entities', isRetry: false },
    ]);
  });
});
