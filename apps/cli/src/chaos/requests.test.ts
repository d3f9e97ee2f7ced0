import { expect, it } from 'vitest';
import type { Draft } from './drafts.ts';
import { neededRequests } from './requests.ts';

it('an export needs a request for each entity, and a list for each parent that existed and gets new names', () => {
  const draft = (kind: Draft['kind'], parents: Draft['parents']): Draft => ({ key: 'x', kind, fields: {}, parents });

  expect(
    neededRequests([
      draft('networks', {}),
      draft('networks', {}),
      draft('zones', { network_id: 1 }),
      draft('zones', { network_id: 1 }),
      draft('zones', { network_id: 2 }),
      draft('zones', { network_id: 'new' }),
      draft('advertisers', { network_id: 1 }),
      draft('placements', { campaign_id: 1, advertisement_id: 2, zone_id: 3 }),
    ]),
  ).toBe(8 + 4);
});
