import { api } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());

it('on this machine all is allowed until the first key is made, and kept in the audit trail', async () => {
  const before = await t.call(api.getSession[0]);
  const made = await t.call(api.createKey[0], { body: { name: 'first', role: 'admin' } });
  const after = await t.call(api.getSession[0]);
  const refused = await t.call(api.getStatus[0]);
  const headers = { authorization: `Bearer ${made.body.key}` };
  const trail = await t.call(api.listAudit[0], { headers });

  expect(before.body).toEqual({ needs_key: false, name: null, role: 'admin', expires_at: null });
  expect([made.status, refused.status]).toEqual([201, 401]);
  expect(after.body).toMatchObject({ needs_key: true, role: null });
  expect(trail.body.items).toMatchObject([
    { name: 'api', action: 'createKey', fields: ['name', 'role'], status: 201, key_id: null },
  ]);
});

it('the audit trail is to be had as CSV', async () => {
  await t.store.audit.begin({
    name: 'n',
    role: 'admin',
    key_id: null,
    address: null,
    action: 'syncAll',
    method: 'POST',
    path: '/x',
    fields: [],
    request_id: null,
  });
  const made = await t.store.keys.create({ name: 'reader', role: 'admin', createdBy: 'test' });
  const headers = { authorization: `Bearer ${made?.key}`, accept: 'text/csv' };
  const { text, type } = await t.call(api.listAudit[0], { headers });

  expect(type).toBe('text/csv');
  expect(text.split('\r\n')[0]).toBe(
    'id,at,name,role,key_id,address,action,method,path,fields,status,code,run_id,request_id',
  );
});
