import { describe, expect, it } from 'vitest';
import { kindNames } from './kind.ts';
import { kinds } from './registry.ts';
import { childLists, fillParameters, idsOf, oneRequest, removeRequest } from './requests.ts';

const { advertisers, campaigns, networks, placements, zones } = kinds;
const zone = { id: 5, name: 'Top', network_id: 7, group_id: null };
const placement = { campaign_id: 1, advertisement_id: 2, zone_id: 3, network_id: 7, advertiser_id: 9 };

it('ids are those of an entity and of what it hangs on', () => {
  expect(idsOf(zones, zone)).toEqual({ zone_id: 5, network_id: 7 });
  expect(idsOf(placements, placement)).toEqual(placement);
});

it('parameters are filled with ids, and none is left out', () => {
  expect(fillParameters({ of: 'networks' }, { network_id: 7 })).toEqual({ of: 7 });
  expect(() => fillParameters({ of: 'zones' }, { network_id: 7 })).toThrow('no zone_id for the parameter of');
});

describe('a removal', () => {
  it('names the entity by its id, or by its parents', () => {
    expect(removeRequest(zones, zone)).toEqual({ method: 'DELETE', path: '/zones/5', query: {} });
    expect(removeRequest(placements, placement)).toEqual({
      method: 'DELETE',
      path: '/placements',
      query: { campaign_id: 1, advertisement_id: 2, zone_id: 3 },
    });
  });

  it('of what cannot be removed is never made', () => {
    expect(() => removeRequest(networks, { id: 7 })).toThrow('networks cannot be removed');
  });
});

it('one entity is read by its id, where the API shows it', () => {
  expect(oneRequest(campaigns, { id: 4 })).toEqual({ method: 'GET', path: '/campaigns/4', query: {} });
  expect(oneRequest(placements, placement)).toBeNull();
});

describe('what hangs on an entity', () => {
  const asked = (kind: (typeof kinds)[keyof typeof kinds], entity: Record<string, unknown>) =>
    childLists(kind, entity).map(({ path, query }) => [path, query]);

  it('is shown by the lists that it is the scope of', () => {
    expect(asked(advertisers, { id: 9, network_id: 7 })).toEqual([
      ['/advertisements', { network_id: 7, advertiser_id: 9 }],
      ['/campaigns', { advertiser_id: 9 }],
    ]);
    expect(asked(campaigns, { id: 4, advertiser_id: 9 })).toEqual([['/placements', { campaign_id: 4 }]]);
    expect(asked(placements, placement)).toEqual([]);
  });

  it('is shown by what uses it, where no list has it as its scope', () => {
    expect(asked(zones, zone)).toEqual([['/campaigns', { zone_id: 5 }]]);
    expect(childLists(zones, zone)[0]?.areChildren).toBe(false);
  });

  it.each(kindNames)('can be known of %s that can be removed', (name) => {
    const kind = kinds[name];
    if (kind.remove === null) return;
    const children = kindNames.filter((child) => kinds[child].parents.includes(name));
    const ids = Object.fromEntries(kindNames.map((each, at) => [`${kinds[each].singular}_id`, at + 1]));

    expect(childLists(kind, { id: 1, ...ids }).length > 0).toBe(children.length > 0);
  });
});
