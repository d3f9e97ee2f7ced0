import type { SimulatedKind } from '@broadstreet-sync/testkit';
import { describe, expect, it } from 'vitest';
import type { Row } from './accounts.ts';
import { type Evidence, weigh } from './judge.ts';
import type { MadeDraft } from './stage.ts';

const network: MadeDraft = { key: 'net', kind: 'networks', fields: { name: 'Net' }, parents: {}, id: 'n' };
const zone: MadeDraft = {
  key: 'zone',
  kind: 'zones',
  fields: { name: ' Top ' },
  parents: { network_id: 'net' },
  id: 'z',
};
const drafts = [network, zone];
const flags = { created_locally: true, synced_with_api: true };
const netRow = { id: 1, name: 'Net' };
const zoneRow = { id: 2, name: 'Top', network_id: 1 };

/** All as it should be, but for the changes. */
function evidence(changes: Partial<Evidence> = {}): Evidence {
  const nothing = { networks: [], advertisers: [], zones: [], advertisements: [], campaigns: [], placements: [] };
  return {
    state: { ...nothing, networks: [netRow], zones: [zoneRow] },
    made: new Map([
      ['networks', new Set(['1'])],
      ['zones', new Set(['2', '3'])],
    ]),
    production: new Map([
      ['networks', new Map([['1', { ...netRow, ...flags }]])],
      ['zones', new Map([['2', { ...zoneRow, ...flags }]])],
    ]),
    locals: new Map(),
    remoteIds: new Map([
      ['n', ['1']],
      ['z', ['2']],
    ]),
    ...changes,
  };
}

function zones(...rows: Record<string, unknown>[]): Pick<Evidence, 'state'> {
  return { state: { ...evidence().state, zones: rows } };
}

const madeNetwork: Evidence['made'] = new Map([['networks', new Set(['1'])]]);

function inProduction(kind: SimulatedKind, rows: ReadonlyMap<string, Row>): Pick<Evidence, 'production'> {
  const all: [SimulatedKind, ReadonlyMap<string, Row>][] = [...evidence().production, [kind, rows]];
  return { production: new Map(all) };
}

describe('the judge of an export', () => {
  it('finds nothing wrong where each entity is once where it should be, numbered or not', () => {
    const good = { duplicates: 0, lost: 0, faults: [] };

    expect(weigh(evidence(), drafts)).toEqual(good);
    expect(weigh(evidence(zones({ ...zoneRow, name: 'Top (2)' })), drafts)).toEqual(good);
  });

  it('counts a row that no entity has become, and one that is there twice', () => {
    expect(weigh(evidence(zones(zoneRow, { ...zoneRow, id: 3 })), drafts)).toMatchObject({ duplicates: 1, lost: 0 });
    expect(weigh(evidence(zones(zoneRow, zoneRow)), drafts)).toMatchObject({ duplicates: 1, lost: 0 });
  });

  it.each<[string, Partial<Evidence>]>([
    ['that has no remote id', { remoteIds: new Map([['n', ['1']]]) }],
    ['that has two remote ids', { remoteIds: new Map([...evidence().remoteIds, ['z', ['2', '3']]]) }],
    ['that is still local', { locals: new Map([['z', { sync_errors: [] }]]) }],
    ['that is not in the account', zones()],
    ['that hangs on another parent', zones({ ...zoneRow, network_id: 9 })],
    ['that has another name', zones({ ...zoneRow, name: 'Bottom' })],
    ['that nobody created', { made: madeNetwork }],
    ['that is not in production', inProduction('zones', new Map())],
    ['that is not marked', inProduction('zones', new Map([['2', zoneRow]]))],
  ])('counts an entity as lost %s', (_, changes) => {
    expect(weigh(evidence(changes), drafts).lost).toBe(1);
  });

  it('tells where production has what the account does not', () => {
    expect(weigh(evidence(inProduction('campaigns', new Map([['7', { id: 7 }]]))), drafts).faults).toEqual([
      'production has campaigns 7, which the account does not have',
    ]);
  });

  it('wants what was refused to stay local, and to say why', () => {
    const nowhere = { ...zones(), ...inProduction('zones', new Map()), made: madeNetwork };
    const without = { ...nowhere, remoteIds: new Map([['n', ['1']]]) };
    const kept = new Set(['zone']);
    const local = (sync_errors: { category: string }[]) =>
      evidence({ ...without, locals: new Map([['z', { sync_errors }]]) });

    expect(weigh(local([{ category: 'validation' }]), drafts, kept).faults).toEqual([]);
    expect(weigh(local([]), drafts, kept).lost).toBe(1);
    expect(weigh(evidence(without), drafts, kept).lost).toBe(1);
  });
});
