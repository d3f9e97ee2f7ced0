import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient, errorOf, listZones } from './testing/client.ts';
import { type Answering, type Host, sendJson, startHost } from './testing/host.ts';
import type { Broadstreet, Row } from './types.ts';

let answer: Answering = () => undefined;
let host: Host;
let client: Broadstreet;

beforeEach(async () => {
  host = await startHost((...request) => answer(...request));
  client = createClient({ baseUrl: host.baseUrl, timeoutMs: 400 });
});
afterEach(async () => {
  client.close();
  await host.stop();
});

const zones = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, name: `Zone ${at} – with a name of some length` }));

describe('a list in batches', () => {
  test('gives all rows in their order, a few hundred at a time', async () => {
    const rows = zones(2345);
    answer = (response) => sendJson(response, 200, { zones: rows });
    const batches: (readonly Row[])[] = [];

    const count = await client.listInBatches(listZones, (batch) => void batches.push(batch));

    expect(count).toBe(2345);
    expect(batches.map(({ length }) => length)).toEqual([500, 500, 500, 500, 345]);
    expect(batches.flat()).toEqual(rows);
  });

  test('finds an id that comes again long after', async () => {
    answer = (response) => sendJson(response, 200, { zones: [...zones(2000), { id: 3, name: 'Again' }] });

    const error = await errorOf(client.listInBatches(listZones, () => undefined));

    expect(error).toMatchObject({ category: 'contract', code: 'duplicate_row' });
    expect(error.message).toContain('row 2001');
  });

  test('is read no faster than its rows are taken, and the time that takes is not the host’s', async () => {
    answer = (response) => sendJson(response, 200, { zones: zones(1200) });
    let atWork = 0;
    let most = 0;

    const count = await client.listInBatches(listZones, async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await delay(250);
      atWork -= 1;
    });

    expect([count, most]).toEqual([1200, 1]);
  });

  test('that never ends is given up in time, however many rows it gives', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"zones":[{"id":1,"name":"x"}');
      let id = 1;
      const timer = setInterval(() => response.write(`,{"id":${++id},"name":"x"}`), 5);
      response.once('close', () => clearInterval(timer));
    };

    expect(await errorOf(client.listInBatches(listZones, () => undefined))).toMatchObject({ code: 'timeout' });
  });

  test('ends at once, and with the same error, when its rows cannot be taken', async () => {
    answer = (response) => sendJson(response, 200, { zones: zones(3000) });
    const failure = new Error('the store is away');
    let calls = 0;

    const reading = client.listInBatches(listZones, () => {
      calls += 1;
      throw failure;
    });

    await expect(reading).rejects.toBe(failure);
    expect([calls, host.seen.length]).toEqual([1, 1]);
  });

  test('ends when its caller wants no more', async () => {
    const control = new AbortController();
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(JSON.stringify({ zones: zones(3000) }).slice(0, -2));
    };

    const error = await errorOf(client.listInBatches(listZones, () => control.abort(), { signal: control.signal }));

    expect(error).toMatchObject({ code: 'aborted' });
  });
});
