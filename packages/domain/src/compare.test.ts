import { describe, expect, it } from 'vitest';
import { compareFields } from './compare.ts';
import { kinds } from './registry.ts';

describe('fields of a local entity beside those of a remote one', () => {
  it('are equal in the forms of reads, names where they would clash', () => {
    const payload = { name: 'Spring', start_date: '2026-03-01 08:00:00', weight: 1.5 };
    const remote = { name: ' SPRING', start_date: '2026-03-01', weight: 'high', active: true };

    expect(compareFields(kinds.campaigns, payload, remote)).toEqual([
      { field: 'name', local: 'Spring', remote: ' SPRING', is_equal: true },
      { field: 'start_date', local: '2026-03-01 08:00:00', remote: '2026-03-01', is_equal: true },
      { field: 'weight', local: 'high', remote: 'high', is_equal: true },
    ]);
  });

  it('are unknown where lists do not show them, and nothing was written from here', () => {
    expect(compareFields(kinds.campaigns, { notes: 'x' }, {})).toMatchObject([{ is_equal: null }]);
    expect(compareFields(kinds.campaigns, { notes: 'x' }, { notes: 'y' })).toMatchObject([{ is_equal: false }]);
    expect(compareFields(kinds.advertisements, { active_base64: 'eA==' }, { active_base64: 'eA==' })).toMatchObject([
      { field: 'active_base64', local: null, is_equal: null },
    ]);
  });

  it('differ where one of both has no value', () => {
    expect(compareFields(kinds.zones, { name: 'Top', alias: 'top' }, { name: 'Top', alias: null })).toMatchObject([
      { is_equal: true },
      { field: 'alias', is_equal: false },
    ]);
  });
});
