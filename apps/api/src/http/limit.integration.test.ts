import { api } from '@broadstreet-sync/contract';
import { createLogger } from '@broadstreet-sync/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

const lines: string[] = [];
let t: ApiBed;

beforeAll(async () => {
  const log = createLogger({ name: 'api', destination: { write: (line: string) => void lines.push(line) } });
  t = await createApiBed({ log });
});
afterAll(() => t.close());

it('a thousand triggers are answered 429 beyond a hundred, with when to come back; all else is answered as ever', async () => {
  const [trigger] = api.syncAll;
  const answers = [];
  for (let round = 0; round < 20; round += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => t.call(trigger)))));
  }
  const list = await t.call(api.listRuns[0]);
  const draft = await t.call(api.createLocal[0], { body: {} });

  const statuses = answers.map(({ status }) => status);
  const refused = answers.filter(({ status }) => status === 429);
  expect(statuses.filter((status) => status === 202)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409).length).toBeLessThan(300);
  expect(refused.length).toBeGreaterThan(700);
  for (const { body, headers } of refused) {
    expect(body.code).toBe('too_many_requests');
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(10);
  }
  expect([list.status, list.body.total, draft.status]).toEqual([200, 1, 201]);
});

it('a client that asks too often is logged once in a row, and its answers not at all', () => {
  const told = lines.filter((line) => line.includes('asks too often'));

  expect(told.length).toBeGreaterThanOrEqual(1);
  expect(told.length).toBeLessThan(4);
  expect(lines.filter((line) => line.includes('"status":429'))).toEqual([]);
});
