import { describe, expect, it } from 'vitest';
import {
  ancestorFields,
  ancestorKinds,
  checkLocal,
  entityKey,
  isGiven,
  lineageOf,
  parseEntityKey,
  remotePart,
  requiredParents,
  scopeField,
  unverifiableFields,
} from './entity.ts';
import { kinds } from './registry.ts';

const { advertisements, advertisers, campaigns, networks, placements, zones } = kinds;
const localId = 'a'.repeat(24);

function paths(problems: readonly { path: string }[]): string[] {
  return problems.map(({ path }) => path);
}

describe('checkLocal', () => {
  it('finds nothing wrong with an entity that has all it needs', () => {
    const entity = { name: 'Spring', start_date: '2026-03-01 08:00:00', advertiser_id: localId, weight: 'high' };

    expect(checkLocal(campaigns, entity)).toEqual({ refused: [], problems: [] });
  });

  it('takes a parent as a remote id or as the _id of a local entity', () => {
    expect(checkLocal(zones, { name: 'Top', network_id: 7 }).problems).toEqual([]);
    expect(checkLocal(zones, { name: 'Top', network_id: localId }).problems).toEqual([]);
  });

  it('does not refuse a draft that is incomplete, and says what is missing', () => {
    const { refused, problems } = checkLocal(placements, { campaign_id: 7 });

    expect(refused).toEqual([]);
    expect(problems).toEqual([
      { path: 'advertisement_id', message: 'is required before it can be exported' },
      { path: 'zone_id', message: 'is required before it can be exported' },
    ]);
  });

  it.each([
    ['null', null],
    ['an empty text', ''],
    ['blanks', ' \t '],
  ])('counts %s as no value', (_, name) => {
    expect(paths(checkLocal(networks, { name }).problems)).toEqual(['name']);
    expect(checkLocal(networks, { name: 'N', logo: name })).toEqual({ refused: [], problems: [] });
  });

  it.each([
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['the parent of another kind', { advertiser_id: 7 }, 'advertiser_id'],
    ['a field of ours', { synced_with_api: true }, 'synced_with_api'],
    ['text of a wrong type', { name: 7 }, 'name'],
    ['an object, such as an operator', { name: { $ne: '' } }, 'name'],
  ])('refuses %s', (_, fields, path) => {
    const { refused, problems } = checkLocal(zones, { name: 'Top', network_id: 7, ...fields });

    expect(paths(refused)).toEqual([path]);
    expect(paths(problems)).toEqual([path]);
  });

  it.each([
    ['an address that no browser follows', advertisements, { destination: 'javascript:alert(1)' }, 'destination'],
    ['a date that is none', campaigns, { start_date: '2026-13-01' }, 'start_date'],
    ['a word that is not one of those', campaigns, { pacing_type: 'slowly' }, 'pacing_type'],
    ['a count below zero', campaigns, { max_impression_count: -1 }, 'max_impression_count'],
    ['a parent that is no id', campaigns, { advertiser_id: 'somebody' }, 'advertiser_id'],
  ])('keeps %s in a draft, as a problem', (_, kind, fields, path) => {
    const { refused, problems } = checkLocal(kind, fields);

    expect(refused).toEqual([]);
    expect(problems.filter((problem) => problem.path === path)).toHaveLength(1);
  });
});

describe('isGiven', () => {
  it('counts false, zero and text; not null, nothing or blanks', () => {
    expect([false, 0, 'a', []].map(isGiven)).toEqual([true, true, true, true]);
    expect([null, undefined, '', ' \n'].map(isGiven)).toEqual([false, false, false, false]);
  });
});

describe('entityKey', () => {
  it('is the id, or the ids of the parents', () => {
    expect(entityKey(zones, { id: 12, name: 'Top' })).toBe('12');
    expect(entityKey(placements, { campaign_id: 1, advertisement_id: 2, zone_id: 3, id: 9 })).toBe('1-2-3');
  });

  it('is read back to the fields of the identity', () => {
    expect(parseEntityKey(zones, '12')).toEqual({ id: 12 });
    expect(parseEntityKey(placements, '1-2-3')).toEqual({ campaign_id: 1, advertisement_id: 2, zone_id: 3 });
  });

  it.each(['', '0', '-1', '1.5', '1e3', ' 1', '01', '1-2', '1-2-3-4', `1${'0'.repeat(16)}`, 'NaN', '{"$ne":1}'])(
    'is not %j',
    (key) => {
      expect(parseEntityKey(zones, key)).toBeNull();
      expect(parseEntityKey(placements, key)).toBeNull();
    },
  );
});

describe('ancestors', () => {
  it('of lineage go up to the root', () => {
    expect(lineageOf(placements)).toEqual(['campaigns', 'advertisers', 'networks']);
    expect(ancestorFields(placements)).toEqual(['campaign_id', 'advertiser_id', 'network_id']);
    expect(ancestorFields(networks)).toEqual([]);
  });

  it('of all sorts come in the order of levels', () => {
    expect(ancestorKinds(placements)).toEqual(['networks', 'advertisers', 'campaigns', 'advertisements', 'zones']);
    expect(ancestorKinds(networks)).toEqual([]);
  });

  it('that the API needs are fewer than those that an entity has', () => {
    expect(requiredParents(advertisements)).toEqual(['advertisers']);
    expect(requiredParents(placements)).toEqual(['campaigns', 'advertisements', 'zones']);
  });
});

describe('a kind', () => {
  it('has the field of its scope', () => {
    expect(scopeField(networks)).toBeNull();
    expect(scopeField(advertisements)).toBe('network_id');
    expect(scopeField(placements)).toBe('campaign_id');
  });

  it('knows which fields no list ever shows', () => {
    expect(unverifiableFields(campaigns)).toEqual([
      'pacing_type',
      'impression_max_type',
      'paused',
      'archived',
      'notes',
    ]);
    expect(unverifiableFields(advertisers)).toEqual([]);
  });
});

describe('remotePart', () => {
  it('leaves out what is ours', () => {
    const entity = {
      _id: '1',
      id: 1,
      name: 'Top',
      sync: {},
      created_locally: true,
      synced_with_api: true,
      synced_at: 0,
    };

    expect(remotePart(entity)).toEqual({ id: 1, name: 'Top' });
  });
});
