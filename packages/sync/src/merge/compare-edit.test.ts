import { kinds } from '@broadstreet-sync/domain';
import { expect, it } from 'vitest';
import { productionZone } from '../testing/documents.ts';
import { compareEdit } from './compare-edit.ts';

const { campaigns, networks, zones } = kinds;

/** An entity whose field was edited from `base` to `local`. */
function edited(field: string, local: unknown, base?: unknown) {
  return productionZone(7, { edited: [field], base: base === undefined ? {} : { [field]: base } }, { [field]: local });
}

it.each([
  ['as it was', 'Top', 'here'],
  ['as it was, but for its outer blanks', ' Top', 'both'],
  ['what it is here', 'Head', 'agreed'],
  ['something else', 'Foot', 'both'],
  ['nothing', null, 'both'],
])('a name of which the remote says %s', (_, remote, standing) => {
  expect(compareEdit(zones, 'name', edited('name', 'Head', 'Top'), { id: 7, name: remote })).toBe(standing);
});

it('a field that the row does not have, or that reads never show, was changed here alone', () => {
  expect(compareEdit(zones, 'alias', edited('alias', 'a', 'b'), { id: 7 })).toBe('here');
  expect(compareEdit(campaigns, 'paused', edited('paused', true), { id: 7, paused: false })).toBe('here');
  const logo = edited('logo', { url: 'https://a.example/' }, { url: null });
  expect(compareEdit(networks, 'logo', logo, { logo: { url: 'https://cdn.example/' } })).toBe('here');
});

it('a field of which the remote never said anything was changed here alone', () => {
  expect(compareEdit(zones, 'alias', edited('alias', 'a'), { alias: 'b' })).toBe('here');
});

it.each([
  ['2026-02-01', 'here'],
  ['2026-01-31', 'here'],
  ['2026-03-01', 'both'],
])('a date with a time, of which the remote says %s', (remote, standing) => {
  const document = edited('end_date', '2026-02-01 12:00:00', '2026-01-31');

  expect(compareEdit(campaigns, 'end_date', document, { end_date: remote })).toBe(standing);
});
