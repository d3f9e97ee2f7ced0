import { api } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let t: ApiBed;
beforeAll(async () => {
  t = await createApiBed();
  const entry = { run_id: 'r'.repeat(24), kind: 'zones', before: null, after: null };
  const [early, late] = [new Date('2026-11-01T10:00:00Z'), new Date('2026-11-02T10:00:00Z')];
  await t.db.collection('history').insertMany([
    { ...entry, key: '1', operation: 'insert', after: { id: 1, name: 'Top', network_id: 9 }, at: early },
    {
      ...entry,
      key: '1',
      operation: 'update',
      before: { id: 1, name: 'Top', network_id: 9 },
      after: { id: 1, name: 'Side', network_id: 9 },
      fields: ['name'],
      at: late,
    },
    { ...entry, kind: 'networks', key: '8', operation: 'insert', run_id: null, after: { id: 8 }, at: late },
  ]);
});
afterAll(() => t.close());

const list = (query: Record<string, string> = {}, headers = {}) => t.call(api.listAllHistory[0], { query, headers });
const keysOf = async (query: Record<string, string>) => {
  const { body } = await list(query);
  return body.items.map(({ kind, key, operation }: Record<string, string>) => `${operation} ${kind} ${key}`);
};

it('the history of all is given newest first, by kind, change, field, time and network', async () => {
  expect((await keysOf({})).at(-1)).toBe('insert zones 1');
  expect(await keysOf({ kind: 'zones' })).toEqual(['update zones 1', 'insert zones 1']);
  expect(await keysOf({ operation: 'update' })).toEqual(['update zones 1']);
  expect(await keysOf({ field: 'name' })).toEqual(['update zones 1']);
  expect(await keysOf({ to: '2026-11-02T00:00:00.000Z' })).toEqual(['insert zones 1']);
  expect(await keysOf({ root: '9' })).toEqual(['update zones 1', 'insert zones 1']);
  expect(await keysOf({ root: '8' })).toEqual(['insert networks 8']);
});

it('a change tells its fields, and is had as CSV', async () => {
  const { body } = await list({ operation: 'update' });
  const csv = await list({}, { accept: 'text/csv' });

  expect(body.items[0]).toMatchObject({ fields: { name: { before: 'Top', after: 'Side' } }, run: null });
  expect(csv.text.split('\r\n')).toHaveLength(5);
});
