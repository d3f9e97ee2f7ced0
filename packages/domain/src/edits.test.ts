import { describe, expect, it } from 'vitest';
import { applyEdit, checkEdit, decide } from './edits.ts';
import { type EntityKind, kindNames } from './kind.ts';
import { kinds } from './registry.ts';

const { advertisements, campaigns, networks, placements, zones } = kinds;

describe('checkEdit', () => {
  it.each([
    ['a field that only lists have', zones, { self_serve: true }, 'cannot be changed through the Broadstreet API'],
    ['a parent', zones, { network_id: 7 }, 'cannot be changed through the Broadstreet API'],
    ['an id', zones, { id: 7 }, 'cannot be changed through the Broadstreet API'],
    ['anything of a kind without updates', placements, { restrictions: 'phone' }, 'no way to update placements'],
    ['what is no field at all', zones, { colour: 'red' }, 'is not a field of this kind'],
    ['what every object has', zones, { constructor: 1 }, 'is not a field of this kind'],
    ['a value that is needed taken away', zones, { name: null }, 'must have a value'],
    ['a blank in the place of a value that is needed', zones, { name: '  ' }, 'must have a value'],
    ['a word taken away that must be one of some', campaigns, { weight: null }, 'must have a value'],
    ['a value of the wrong sort', zones, { alias: 5 }, 'expected string'],
    ['a value of the wrong form', campaigns, { end_date: 'soon' }, 'must be YYYY-MM-DD'],
    ['a word that there is not', campaigns, { pacing_type: 'slowly' }, 'must be one of asap, even'],
  ] as [string, EntityKind, Record<string, unknown>, string][])('refuses %s', (_, kind, patch, message) => {
    const [path] = Object.keys(patch);

    expect(checkEdit(kind, patch)).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  it('names every field that is wrong, and none that is right', () => {
    const faults = checkEdit(zones, { name: 'Top', alias: 7, self_serve: true, colour: 'red' });

    expect(faults.map(({ path }) => path)).toEqual(['alias', 'self_serve', 'colour']);
  });

  it('lets an optional value be taken away', () => {
    expect(checkEdit(zones, { alias: null })).toEqual([]);
    expect(checkEdit(campaigns, { end_date: null, max_impression_count: null, notes: '' })).toEqual([]);
  });

  it.each(kindNames.filter((name) => kinds[name].update === null))('refuses every field of %s', (name) => {
    for (const field of Object.keys(kinds[name].fields.shape)) {
      expect(checkEdit(kinds[name], { [field]: 'x' })).toMatchObject([{ path: field }]);
    }
  });
});

describe('applyEdit', () => {
  const zone = { fields: { id: 1, name: ' Top ', alias: null }, edited: [], base: {} };

  it('shows the value at once, and keeps what the remote has', () => {
    expect(applyEdit(zones, zone, { name: ' Head ' })).toEqual({
      fields: { id: 1, name: 'Head', alias: null },
      edited: ['name'],
      base: { name: ' Top ' },
    });
  });

  it('keeps the first value of the remote over further edits', () => {
    const twice = applyEdit(zones, applyEdit(zones, zone, { name: 'Head' }), { name: 'Foot', alias: 'f' });

    expect(twice).toEqual({
      fields: { id: 1, name: 'Foot', alias: 'f' },
      edited: ['name', 'alias'],
      base: { name: ' Top ', alias: null },
    });
  });

  it.each([' Top ', '\u0054op'])('back to %j takes it back only where that is what the remote has', (name) => {
    const back = applyEdit(zones, applyEdit(zones, zone, { name: 'Head' }), { name });

    expect(back.edited).toEqual(name === ' Top ' ? [] : ['name']);
    expect(back.base).toEqual(name === ' Top ' ? {} : { name: ' Top ' });
  });

  it('takes it back in every form that the value has', () => {
    const campaign = {
      fields: { weight: 'high', end_date: '2026-01-31', max_impression_count: 0 },
      edited: [],
      base: {},
    };

    for (const weight of [1.5, 'high']) {
      expect(applyEdit(campaigns, applyEdit(campaigns, campaign, { weight: 0 }), { weight })).toEqual(campaign);
    }
    expect(applyEdit(campaigns, campaign, { weight: 'remnant' }).fields.weight).toBe('remnant');
    expect(applyEdit(campaigns, campaign, { weight: 0 }).fields.weight).toBe('remnant');
  });

  it('keeps a time that the remote would never show', () => {
    const campaign = { fields: { end_date: '2026-01-31' }, edited: [], base: {} };

    expect(applyEdit(campaigns, campaign, { end_date: '2026-01-31 12:00:00' })).toEqual({
      fields: { end_date: '2026-01-31 12:00:00' },
      edited: ['end_date'],
      base: { end_date: '2026-01-31' },
    });
  });

  it('takes away a value, and none where there is none', () => {
    const named = { fields: { alias: 'top' }, edited: [], base: {} };

    expect(applyEdit(zones, named, { alias: null })).toEqual({
      fields: { alias: null },
      edited: ['alias'],
      base: { alias: 'top' },
    });
    expect(applyEdit(zones, zone, { alias: null })).toEqual(zone);
    expect(applyEdit(zones, zone, { alias: '' })).toEqual(zone);
  });

  it('knows no value to go back to where the remote never said one', () => {
    const campaign = { fields: { name: 'Spring' }, edited: [], base: {} };
    const paused = applyEdit(campaigns, campaign, { paused: true });

    expect(paused).toEqual({ fields: { name: 'Spring', paused: true }, edited: ['paused'], base: {} });
    expect(applyEdit(campaigns, paused, { paused: false }).edited).toEqual(['paused']);
  });

  it('shows an image as reads do', () => {
    const network = { fields: { logo: { url: null } }, edited: [], base: {} };

    expect(applyEdit(networks, network, { logo: 'https://example.com/a.png' })).toEqual({
      fields: { logo: { url: 'https://example.com/a.png' } },
      edited: ['logo'],
      base: { logo: { url: null } },
    });
    expect(applyEdit(networks, network, { logo: null })).toEqual(network);
  });

  it('changes nothing of what it was given', () => {
    applyEdit(zones, zone, { name: 'Head' });

    expect(zone).toEqual({ fields: { id: 1, name: ' Top ', alias: null }, edited: [], base: {} });
    expect(advertisements.update).toBeNull();
  });
});

describe('of an entity that was edited here and there', () => {
  const both = {
    fields: { id: 1, name: 'Mine', alias: 'mine' },
    edited: ['name', 'alias'],
    base: { name: 'Before', alias: null },
    open: { name: 'Theirs', alias: 'theirs' },
  };
  const aliasIsOpen = { edited: ['name', 'alias'], open: { alias: 'theirs' } };

  it('a further edit leaves open what it names, but where it is what the remote has', () => {
    expect(applyEdit(zones, both, { name: 'Before' })).toEqual({ ...both, fields: { ...both.fields, name: 'Before' } });
    expect(applyEdit(zones, both, { name: 'Theirs' })).toEqual({
      fields: { id: 1, name: 'Theirs', alias: 'mine' },
      edited: ['alias'],
      base: { alias: null },
      open: { alias: 'theirs' },
    });
  });

  it.each([
    ['local', { fields: both.fields, base: { name: 'Theirs', alias: null }, ...aliasIsOpen }],
    [
      'remote',
      { fields: { ...both.fields, name: 'Theirs' }, base: { alias: null }, ...aliasIsOpen, edited: ['alias'] },
    ],
    [
      { value: 'Other' },
      { fields: { ...both.fields, name: 'Other' }, base: { name: 'Theirs', alias: null }, ...aliasIsOpen },
    ],
    [
      { value: ' Theirs ' },
      { fields: { ...both.fields, name: 'Theirs' }, base: { alias: null }, ...aliasIsOpen, edited: ['alias'] },
    ],
  ] as const)('a field decided as %j is open no more, and the others are', (decision, decided) => {
    expect(decide(zones, both, { name: decision })).toEqual(decided);
  });

  it('nothing is decided about a field that is not open', () => {
    expect(decide(zones, both, { network_id: 'remote' })).toEqual(both);
  });

  it('nothing is open once all is decided', () => {
    expect(decide(zones, both, { name: 'remote', alias: 'local' })).toEqual({
      fields: { id: 1, name: 'Theirs', alias: 'mine' },
      edited: ['alias'],
      base: { alias: 'theirs' },
    });
  });
});
