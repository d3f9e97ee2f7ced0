import { kinds } from '@broadstreet-sync/domain';
import { expect, it } from 'vitest';
import { productionZone } from '../testing/documents.ts';
import { draftOf } from './draft-of.ts';

const { advertisements, campaigns, placements, zones } = kinds;

it('a draft has the name that it asked for, though another was sent', () => {
  const exported = { id: 7, name: 'Top (1)', alias: null, network_id: 1 };
  const intent = { payload: { name: 'Top (1)' }, name: 'Top', sent_name: 'Top (1)' };

  const draft = draftOf(zones, productionZone(7, {}, exported), intent, exported, { network_id: 1 });

  expect(draft).toEqual({ network_id: 1, name: 'Top' });
});

it('a draft has what was changed since, also what it never gave', () => {
  const exported = { id: 7, name: 'Top', alias: null, network_id: 1 };
  const intent = { payload: { name: 'Top' }, name: 'Top', sent_name: 'Top' };
  const now = productionZone(7, {}, { ...exported, name: 'Head', alias: 'head' });

  expect(draftOf(zones, now, intent, exported, { network_id: 'a' })).toEqual({
    network_id: 'a',
    name: 'Head',
    alias: 'head',
  });
});

it("a draft has times that reads cut off and what they never show, and none of the API's own values", () => {
  const payload = { name: 'Spring', start_date: '2026-03-01 08:00:00', weight: 1.5, paused: false, notes: 'n' };
  const exported = {
    id: 4,
    name: 'Spring',
    start_date: '2026-03-01',
    weight: 'high',
    display_type: 'no_repeat',
    paused: false,
    notes: 'n',
    active: true,
  };
  const document = productionZone(4, {}, exported);

  const draft = draftOf(campaigns, document, { payload, name: 'Spring', sent_name: 'Spring' }, exported, {
    advertiser_id: 'a',
    network_id: 1,
  });

  expect(draft).toEqual({ advertiser_id: 'a', ...payload });
});

it('a draft has bulk that was sent once and never kept, and the words that writes take', () => {
  const payload = { type: 'html', name: 'Ad', destination: 'https://example.com/', active_base64: 'QUJD' };
  const exported = { id: 2, name: 'Ad', type: 'HtmlAdvertisement', destination: 'https://example.com/' };
  const document = productionZone(2, {}, { ...exported });

  const draft = draftOf(advertisements, document, { payload, name: 'Ad', sent_name: 'Ad' }, exported, {
    advertiser_id: 9,
  });

  expect(draft).toEqual({ advertiser_id: 9, ...payload });
});

it('a draft of what its parents are names all of them', () => {
  const parents = { campaign_id: 'c', advertisement_id: 'a', zone_id: 3 };
  const document = productionZone(1, {}, { restrictions: ['phone'] });

  const intent = { payload: { restrictions: 'phone' }, name: null, sent_name: null };
  expect(draftOf(placements, document, intent, {}, parents)).toEqual({ ...parents, restrictions: 'phone' });
});
