import { describe, expect, it } from 'vitest';
import { asRead, cleanPayload, readsSame } from './payload.ts';
import { kinds } from './registry.ts';

const { advertisements, advertisers, campaigns, networks, placements, zones } = kinds;

describe('cleanPayload', () => {
  it('has only fields with a value, trimmed', () => {
    const fields = { name: '  Café Müller ', web_home_url: ' \t', notes: null };

    expect(cleanPayload(advertisers, fields)).toEqual({ name: 'Café Müller' });
  });

  it('keeps false and zero: they are values', () => {
    const fields = { name: 'Spring', start_date: '2026-03-01', paused: false, max_impression_count: 0 };

    expect(cleanPayload(campaigns, fields)).toEqual(fields);
  });

  it('leaves out what the API does not take: parents, our own fields, unknown ones', () => {
    const fields = { name: 'Top', network_id: 7, advertiser_id: 'x', _id: 'x', sync_errors: [], colour: 'red' };

    expect(cleanPayload(zones, fields)).toEqual({ name: 'Top' });
  });

  it('sends a number for the word that reads use', () => {
    expect(cleanPayload(campaigns, { weight: 'high' })).toEqual({ weight: 1.5 });
    expect(cleanPayload(campaigns, { weight: 127 })).toEqual({ weight: 127 });
  });

  it('has the fields in the order of the declaration', () => {
    const fields = { destination: 'https://example.com/', name: 'Banner', type: 'html' };

    expect(Object.keys(cleanPayload(advertisements, fields))).toEqual(['type', 'name', 'destination']);
  });
});

describe('asRead', () => {
  it('gives the word that lists have for a number', () => {
    expect(asRead(campaigns, { name: 'Spring', weight: 0 })).toEqual({ name: 'Spring', weight: 'remnant' });
    expect(asRead(campaigns, cleanPayload(campaigns, { weight: 'sponsorship' }))).toEqual({ weight: 'sponsorship' });
  });

  it('gives the array that lists have for one value', () => {
    expect(asRead(placements, { restrictions: 'phone' })).toEqual({ restrictions: ['phone'] });
  });

  it('drops bulk that is sent once and never kept', () => {
    const payload = { type: 'html', name: 'Banner', active_base64: 'QUJD' };

    expect(asRead(advertisements, payload)).toEqual({ type: 'html', name: 'Banner' });
  });
});

describe('readsSame', () => {
  it('takes words and their numbers, arrays and their one value, and images and their address for the same', () => {
    expect(readsSame(campaigns, 'weight', 'high', 1.5)).toBe(true);
    expect(readsSame(campaigns, 'weight', 'high', 1)).toBe(false);
    expect(readsSame(placements, 'restrictions', ['phone'], 'phone')).toBe(true);
    expect(readsSame(placements, 'restrictions', [], null)).toBe(true);
    expect(readsSame(networks, 'logo', { url: 'https://a.example/' }, 'https://a.example/')).toBe(true);
  });

  it('compares days of dates', () => {
    expect(readsSame(campaigns, 'end_date', '2026-01-31 12:00:00', '2026-01-31')).toBe(true);
    expect(readsSame(campaigns, 'end_date', '2026-01-31', '2026-02-01')).toBe(false);
    expect(readsSame(campaigns, 'end_date', null, undefined)).toBe(true);
  });

  it('takes outer blanks of a name for content, and nothing but blanks for no value', () => {
    expect(readsSame(zones, 'name', ' Top', 'Top')).toBe(false);
    expect(readsSame(zones, 'alias', '', null)).toBe(true);
  });
});
