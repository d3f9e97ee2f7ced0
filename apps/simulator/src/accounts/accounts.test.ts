import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAccount } from '../account.ts';
import { findDuplicates } from '../duplicates.ts';
import { normalizeName } from '../names.ts';
import { kindNames } from '../rows.ts';
import { countRows } from '../state.ts';
import { startAccount } from '../testing/start-account.ts';
import { accountDefinition } from './definition.ts';

const counts = (input: object) => countRows(createAccount(accountDefinition.parse(input)).state);

describe('an account', () => {
  it.each([
    ['R', { networks: 2, advertisers: 48, zones: 649, advertisements: 102, campaigns: 122, placements: 4358 }],
    ['L', { networks: 1, advertisers: 70, zones: 430, advertisements: 130, campaigns: 500, placements: 60 }],
    ['bare', { networks: 1, advertisers: 0, zones: 0, advertisements: 0, campaigns: 0, placements: 0 }],
    ['empty', { networks: 0, advertisers: 0, zones: 0, advertisements: 0, campaigns: 0, placements: 0 }],
  ])('%s has its rows', (account, expected) => {
    expect(counts({ account })).toEqual(expected);
  });

  it('R is the account file, field by field', async () => {
    const account = await startAccount({ account: 'R' });

    const { body } = await account.control('GET', '/state');

    expect(body).toEqual(JSON.parse(readFileSync(new URL('../../data/account-r.json', import.meta.url), 'utf8')));
  });

  it('L grows with its scale, or by the count of a kind', () => {
    expect(counts({ account: 'L', scale: 10, counts: { zones: 5 } })).toEqual({
      networks: 1,
      advertisers: 700,
      zones: 5,
      advertisements: 1300,
      campaigns: 5000,
      placements: 600,
    });
  });

  it('L is the same for the same seed', () => {
    const rows = (seed: number) =>
      kindNames.map((kind) => [
        ...createAccount(accountDefinition.parse({ account: 'L', seed })).state.tables[kind].all(),
      ]);

    expect(rows(7)).toEqual(rows(7));
    expect(rows(7)).not.toEqual(rows(8));
  });

  it('L is as messy as R', () => {
    const { state } = createAccount(accountDefinition.parse({ account: 'L' }));
    const { tables } = state;
    const names = [tables.zones, tables.campaigns, tables.advertisements, tables.advertisers].flatMap((table) =>
      [...table.all()].map(({ name }) => name),
    );
    const share = (isSuch: (name: string) => boolean) => names.filter(isSuch).length / names.length;
    const advertisers = [...tables.advertisers.all()].map(({ name }) => normalizeName(name));
    const repeated = findDuplicates(state).groups.map(({ kind }) => kind);

    expect(share((name) => name !== name.trim())).toBeGreaterThan(0.07);
    expect(share((name) => /[^\p{ASCII}]/u.test(name))).toBeGreaterThan(0.05);
    expect(share((name) => name.includes('\n'))).toBeGreaterThan(0);
    expect(new Set(repeated)).toEqual(new Set(['zones', 'advertisements', 'campaigns']));
    expect(new Set(advertisers).size).toBe(advertisers.length);
  });

  it('L places an ad in campaigns of its advertiser only', () => {
    const { tables } = createAccount(accountDefinition.parse({ account: 'L', scale: 3 })).state;

    for (const { campaign_id, advertisement_id } of tables.placements.all())
      expect(tables.campaigns.get(campaign_id)?.advertiser_id).toBe(
        tables.advertisements.get(advertisement_id)?.advertiser_id,
      );
  });

  it('has no id in two kinds', () => {
    const { tables } = createAccount(accountDefinition.parse({ account: 'L' })).state;
    const ids = kindNames
      .filter((kind) => kind !== 'placements')
      .flatMap((kind) => [...tables[kind].all()].map(({ id }) => id));

    expect(new Set(ids).size).toBe(ids.length);
  });
});
