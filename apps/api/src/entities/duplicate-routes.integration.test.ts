import { api } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';

let t: ApiBed;
beforeAll(async () => {
  t = await createApiBed();
  await add('networks', { id: 1, name: 'Publisher' });
  await add('advertisers', { id: 5, name: 'Alpha', network_id: 1 });
  await add('zones', { id: 2, name: 'Top', network_id: 1 });
  await add('zones', { id: 3, name: ' top', network_id: 1 });
  for (const id of [20, 21, 22, 23]) {
    await add('campaigns', { id, name: id % 2 === 0 ? 'Spring' : '=Autumn', network_id: 1, advertiser_id: 5 });
  }
});
afterAll(() => t.close());

async function add(kind: string, fields: Record<string, unknown>): Promise<void> {
  await t.db.collection<{ _id: string }>(kind).insertOne(productionDocument(String(fields.id), fields));
}

const list = (query: Record<string, string> = {}, headers = {}) => t.call(api.listDuplicates[0], { query, headers });

describe('the report of duplicates', () => {
  it('names kind, parent and name, with the ids that share it', async () => {
    const { body } = await list({ kind: 'zones' });

    expect(body).toEqual({
      items: [
        {
          kind: 'zones',
          parent_kind: 'networks',
          parent_id: 1,
          parent_name: 'Publisher',
          name: 'top',
          count: 2,
          ids: [2, 3],
          names: ['Top', ' top'],
        },
      ],
      total: 1,
      next: null,
    });
  });

  it('is of one network where one is named', async () => {
    const [here, elsewhere] = [await list({ root: '1', kind: 'zones' }), await list({ root: '7' })];

    expect([here.body.total, elsewhere.body.total]).toEqual([1, 0]);
  });

  it('is read page by page, over all kinds in the order of levels', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: { items: { name: string }[]; total: number; next: string | null } } = await list({
        limit: '1',
        ...(cursor === '' ? {} : { cursor }),
      });
      expect(body.total).toBe(3);
      seen.push(...body.items.map(({ name }) => name));
      cursor = body.next;
    }

    expect(seen).toEqual(['top', '=autumn', 'spring']);
  });

  it('is CSV for who accepts that, whole or one page of it', async () => {
    const whole = await list({}, { accept: 'text/csv' });
    const page = await list({ limit: '1' }, { accept: 'text/csv' });

    expect(whole.text.split('\r\n')).toEqual([
      'kind,parent_kind,parent_id,parent_name,name,count,ids,names',
      'zones,networks,1,Publisher,top,2,"[2,3]","[""Top"","" top""]"',
      `campaigns,advertisers,5,Alpha,'=autumn,2,"[21,23]","[""=Autumn"",""=Autumn""]"`,
      'campaigns,advertisers,5,Alpha,spring,2,"[20,22]","[""Spring"",""Spring""]"',
      '',
    ]);
    expect(page.text.split('\r\n')).toHaveLength(3);
    expect(page.headers['content-disposition']).toContain('duplicates.csv');
  });

  it('knows no other kinds', async () => {
    const answer = await list({ kind: 'things' });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'kind']);
  });
});
