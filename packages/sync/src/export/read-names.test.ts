import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { listedNames } from './read-names.ts';

describe('listedNames', () => {
  it('are the unique values of every row, in the form in which they are compared', () => {
    const rows = [
      { id: 1, name: ' Top ', alias: 'TOP' },
      { id: 2, name: 'CAFE\u0301', alias: null },
      { id: 3, name: 'top' },
    ];

    expect(listedNames(kinds.zones, rows)).toEqual([
      { field: 'name', value: 'top', id: '1' },
      { field: 'alias', value: 'top', id: '1' },
      { field: 'name', value: 'caf\u00e9', id: '2' },
      { field: 'name', value: 'top', id: '3' },
    ]);
  });

  it('leave out blanks: a name of nothing is in nobodys way', () => {
    expect(listedNames(kinds.zones, [{ id: 1, name: ' ', alias: '' }])).toEqual([]);
  });

  it('of a kind without names are none', () => {
    expect(listedNames(kinds.placements, [{ campaign_id: 1, advertisement_id: 2, zone_id: 3, name: 'x' }])).toEqual([]);
  });
});
