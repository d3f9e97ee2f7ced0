import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { checkLine, nameKey, readCsv } from './read-csv.ts';

const text = `Advertiser,Name,Start,Most impressions,paused,colour
12,"Spring, early",2026-03-01,5000,yes,red
Acme,Summer,soon,many,,
`;

describe('a CSV file', () => {
  it('has columns by label or by the API’s own name, in any order', () => {
    const { lines, unknown, fault } = readCsv(kinds.campaigns, text);

    expect([unknown, fault]).toEqual([['colour'], null]);
    expect(lines).toEqual([
      {
        number: 2,
        fields: {
          advertiser_id: 12,
          name: 'Spring, early',
          start_date: '2026-03-01',
          max_impression_count: 5000,
          paused: true,
        },
        parentNames: {},
      },
      {
        number: 3,
        fields: { name: 'Summer', start_date: 'soon', max_impression_count: 'many' },
        parentNames: { advertiser_id: 'Acme' },
      },
    ]);
  });

  it('says which columns there are where it has none of them', () => {
    expect(readCsv(kinds.zones, 'a;b\n1;2').fault).toContain('network_id, name, alias');
  });
});

describe('a line', () => {
  const [first, second] = readCsv(kinds.campaigns, text).lines;

  it('can be saved where every value is of the right sort', () => {
    expect(first && checkLine(kinds.campaigns, first, new Map())).toMatchObject({ faults: [], notes: [] });
  });

  it('names what keeps it from being saved, and what from being exported', () => {
    const parents = new Map([[nameKey('advertisers', 'Acme'), { fault: 'No advertiser is called “Acme”' }]]);
    const checked = second && checkLine(kinds.campaigns, second, parents);

    expect(checked?.faults).toEqual(['No advertiser is called “Acme”', expect.stringContaining('Most impressions')]);
    expect(checked?.notes.join()).toContain('Start must be YYYY-MM-DD');
  });

  it('hangs on what its parent’s name leads to', () => {
    const checked = second && checkLine(kinds.campaigns, second, new Map([[nameKey('advertisers', 'Acme'), 7]]));

    expect(checked?.fields.advertiser_id).toBe(7);
  });
});
