import { type EntityKind, kinds, type ParentIds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { chooseList, fieldsOfScope, listOf, ownList, subjectOf } from './lists.ts';

const choose = (kind: EntityKind, parents: ParentIds) => chooseList(kind, { parents, ids: null, name: null });

describe('chooseList', () => {
  it('is the list of a kind, unless a filter names what another covers', () => {
    expect(choose(kinds.zones, { network_id: 1 })).toMatchObject({ scope: 'networks', sort: 'own' });
    expect(choose(kinds.campaigns, { advertiser_id: 1 })).toMatchObject({ scope: 'advertisers', sort: 'own' });
    expect(choose(kinds.campaigns, { advertiser_id: 1, zone_id: 2 })).toMatchObject({ scope: 'zones', sort: 'view' });
    expect(choose(kinds.advertisements, { network_id: 1 })).toMatchObject({ scope: 'networks', sort: 'own' });
    expect(choose(kinds.advertisements, { advertiser_id: 1 })).toMatchObject({ scope: 'advertisers', sort: 'narrow' });
    expect(choose(kinds.placements, { zone_id: 2 })).toMatchObject({ scope: 'campaigns', sort: 'own' });
  });
});

describe('fieldsOfScope', () => {
  it('are the ids that all rows of a list share', () => {
    expect(fieldsOfScope(ownList(kinds.networks))).toEqual([]);
    expect(fieldsOfScope(ownList(kinds.placements))).toEqual(['campaign_id', 'advertiser_id', 'network_id']);
    expect(fieldsOfScope(choose(kinds.campaigns, { zone_id: 2 }))).toEqual(['zone_id']);
  });
});

describe('the subject of a list task', () => {
  it('tells the list and its scope', () => {
    const [view, narrow] = [
      choose(kinds.campaigns, { zone_id: 2 }),
      choose(kinds.advertisements, { advertiser_id: 7 }),
    ];

    expect(listOf(kinds.campaigns, subjectOf(view, '2'))).toEqual({ list: view, id: 2 });
    expect(listOf(kinds.advertisements, subjectOf(narrow, '7'))).toEqual({ list: narrow, id: 7 });
    expect(listOf(kinds.campaigns, subjectOf(ownList(kinds.campaigns), '7'))).toEqual({
      list: ownList(kinds.campaigns),
      id: 7,
    });
    expect(listOf(kinds.networks, 'account')).toEqual({ list: ownList(kinds.networks), id: null });
    expect(subjectOf(view, '2')).not.toContain(':');
  });
});
