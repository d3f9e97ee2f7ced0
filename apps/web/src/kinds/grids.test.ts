import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { axesOf, axisFilter, combinationsOf, gridKindsOf, missingOf } from './grids.ts';

const axes = axesOf(kinds.placements, 'campaigns');

describe('a grid', () => {
  it('is for kinds that are nothing but a combination of their parents', () => {
    expect(gridKindsOf(kinds.campaigns)).toEqual([kinds.placements]);
    expect(gridKindsOf(kinds.advertisers)).toEqual([]);
    expect(axes).toEqual(['advertisements', 'zones']);
  });

  it('offers along an axis what hangs on the same', () => {
    const campaign = { id: 5, advertiser_id: 3, network_id: 1 };

    expect(axisFilter(kinds.advertisements, campaign)).toEqual({ advertiser_id: '3', network_id: '1' });
    expect(axisFilter(kinds.zones, campaign)).toEqual({ network_id: '1' });
  });

  it('has every combination but those that exist', () => {
    const all = combinationsOf(axes, { advertisements: [1, 2], zones: [7, 'local'] });
    const existing = [{ campaign_id: 5, advertisement_id: 2, zone_id: 7 }];

    expect(all).toHaveLength(4);
    expect(missingOf(axes, all, existing)).toEqual([
      { advertisement_id: 1, zone_id: 7 },
      { advertisement_id: 1, zone_id: 'local' },
      { advertisement_id: 2, zone_id: 'local' },
    ]);
  });

  it('is empty as long as an axis is', () => {
    expect(combinationsOf(axes, { advertisements: [1] })).toEqual([]);
  });
});
