import type { Trigger } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../http/problem-error.ts';
import { toImportRequest } from './import-request.ts';

/** What is said to be wrong, by path. */
function faultsOf(names: readonly KindName[], body: Trigger): Record<string, string> {
  try {
    toImportRequest(names, body);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return Object.fromEntries((error.body.errors ?? []).map(({ path, message }) => [path, message]));
  }
  throw new Error('nothing is wrong');
}

const inNetwork: Record<string, unknown> = { network_id: 1 };

describe('toImportRequest', () => {
  it('is a full import of what was asked for where nothing is said', () => {
    expect(toImportRequest(['zones'], {})).toEqual({
      mode: 'full',
      kinds: ['zones'],
      filters: {},
      max_age_hours: null,
    });
    expect(toImportRequest(['zones'], { filters: { name: undefined } }).mode).toBe('full');
  });

  it.each<[KindName, Record<string, unknown>]>([
    ['networks', { network_id: 1 }],
    ['advertisers', { network_id: 1, name: 'A' }],
    ['zones', { network_id: 1, ids: ['3'] }],
    ['advertisements', { advertiser_id: 1 }],
    ['campaigns', { zone_id: 1 }],
    ['campaigns', { advertiser_id: 1, name: 'A' }],
    ['placements', { campaign_id: 1, zone_id: 2 }],
    ['placements', { ids: ['1-2-3'] }],
  ])('of %s takes the filters that concern them: %j', (name, filters) => {
    expect(toImportRequest([name], { filters })).toMatchObject({ mode: 'incremental', kinds: [name], filters });
  });

  it.each<[KindName, Record<string, unknown>, string]>([
    ['networks', { advertiser_id: 1 }, 'network_id, ids and name'],
    ['advertisers', { zone_id: 1 }, 'network_id, advertiser_id, ids and name'],
    ['zones', { campaign_id: 1 }, 'network_id, zone_id, ids and name'],
    ['placements', { name: 'A' }, 'network_id, advertiser_id, campaign_id, advertisement_id, zone_id and ids'],
  ])('of %s names the filter that makes no sense, and those that do: %j', (name, filters, known) => {
    const [filter = ''] = Object.keys(filters);

    expect(faultsOf([name], { filters })).toEqual({
      [`filters.${filter}`]: `makes no sense for ${name}: there are ${known}`,
    });
  });

  it('of all kinds is one of those that the filters concern', () => {
    const names: KindName[] = ['networks', 'advertisers', 'zones', 'campaigns', 'placements'];
    const concerned = (filters: Record<string, unknown>) => toImportRequest(names, { filters }).kinds;

    expect(concerned({ network_id: 1 })).toEqual(names);
    expect(concerned({ zone_id: 1 })).toEqual(['zones', 'campaigns', 'placements']);
    expect(concerned({ campaign_id: 1, zone_id: 1 })).toEqual(['campaigns', 'placements']);
    expect(faultsOf(names, { filters: { name: 'A' } })).toEqual({
      'filters.name': 'names entities of one kind: ask for an import of that kind',
    });
  });

  it('refuses filters beside another mode, and the mode for filters without any', () => {
    for (const mode of ['full', 'fresh', 'due'] as const) {
      expect(faultsOf(['zones'], { mode, filters: inNetwork })).toEqual({
        filters: `are for the mode "incremental": leave them out, or the mode "${mode}"`,
      });
    }
    expect(faultsOf(['zones'], { mode: 'incremental', filters: {} }).filters).toContain(
      'give network_id, zone_id, ids or name',
    );
  });

  it('refuses an age that is not for what is due, and has one for what is', () => {
    expect(faultsOf(['zones'], { max_age_hours: 2 })).toEqual({
      max_age_hours: 'is for the mode "due": leave it out, or give that mode instead of "full"',
    });
    expect(toImportRequest(['zones'], { mode: 'due' }).max_age_hours).toBe(24);
    expect(toImportRequest(['zones'], { mode: 'due', max_age_hours: 2 }).max_age_hours).toBe(2);
  });

  it('refuses ids that the kind cannot have', () => {
    expect(faultsOf(['zones'], { filters: { ids: [1, '1-2', 'x'] } })).toEqual({
      'filters.ids.1': 'must be the id of a zone, a number',
      'filters.ids.2': 'must be the id of a zone, a number',
    });
    expect(faultsOf(['placements'], { filters: { ids: [7] } })).toEqual({
      'filters.ids.0': 'must be campaign_id-advertisement_id-zone_id',
    });
    expect(faultsOf(['zones'], { filters: { ids: [] } })).toEqual({ 'filters.ids': 'must name at least one' });
  });

  it('refuses a blank name, and says all that is wrong at once', () => {
    const filters: Record<string, unknown> = { name: ' ', campaign_id: 1 };

    expect(faultsOf(['zones'], { mode: 'full', max_age_hours: 1, filters })).toEqual({
      filters: expect.any(String),
      max_age_hours: expect.any(String),
      'filters.name': 'must not be blank',
      'filters.campaign_id': expect.stringContaining('makes no sense for zones'),
    });
  });
});
