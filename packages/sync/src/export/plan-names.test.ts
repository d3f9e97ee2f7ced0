import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { claimsOf, nameGroup, type TakenNames } from './plan-names.ts';
import type { Candidate } from './prepare.ts';

const kind = kinds.zones;
const run = { _id: 'this run' };
const free: TakenNames = { listed: new Map(), reserved: new Map() };

function candidate(id: string, payload: Candidate['payload']): Candidate {
  const parts = { intent: null, resolved: null, twin: null, refusal: null };
  return { ...parts, id, title: id, payload, entity: JSON.parse('{}') };
}

const named = (group: readonly Candidate[], taken: TakenNames) =>
  nameGroup(run, kind, group, taken).map(({ id, wish, sentName, renamed, refusal }) => {
    return { id, wish, sentName, renamed, refusal: refusal?.error.code ?? null };
  });

describe('names within one parent', () => {
  it('are given in order, each other one with who has the wished one', () => {
    const taken = {
      listed: new Map([['name:side', ['30', '31']]]),
      reserved: new Map([['name:old', { owner: 'z', run_id: 'another run' }]]),
    };
    const group = ['Top', ' TOP', 'Side', 'Old'].map((name, at) => candidate(`${at}`, { name }));

    expect(named(group, taken)).toMatchObject([
      { wish: 'Top', sentName: 'Top', renamed: null },
      { wish: ' TOP', sentName: 'TOP (1)', renamed: { by: 'local', local_id: '0' } },
      { wish: 'Side', sentName: 'Side (1)', renamed: { by: 'remote', remote_ids: ['30', '31'] } },
      { wish: 'Old', sentName: 'Old (1)', renamed: { by: 'run', local_id: 'z' } },
    ]);
  });

  it('are the same for the same input, also once they were reserved', () => {
    const group = ['Top', 'Top', 'top (1)'].map((name, at) => candidate(`${at}`, { name }));
    const first = nameGroup(run, kind, group, free);
    const reserved = claimsOf(kind, first).map(
      ({ field, value, owner }) => [`${field}:${value}`, { owner, run_id: run._id }] as const,
    );

    expect(first.map(({ sentName }) => sentName)).toEqual(['Top', 'Top (1)', 'top (1) (1)']);
    expect(nameGroup(run, kind, group, { ...free, reserved: new Map(reserved) })).toEqual(first);
  });

  it('are sent in the payload, and what else is unique is claimed with them', () => {
    const [zone] = nameGroup(run, kind, [candidate('a', { name: 'Top', alias: 'Up ' })], free);

    expect(zone?.payload).toEqual({ name: 'Top', alias: 'Up ' });
    expect(claimsOf(kind, zone === undefined ? [] : [zone])).toEqual([
      { field: 'name', value: 'top', owner: 'a' },
      { field: 'alias', value: 'up', owner: 'a' },
    ]);
  });

  it('are given to nothing whose other unique value is taken: that is refused', () => {
    const group = [candidate('a', { name: 'A', alias: 'up' }), candidate('b', { name: 'B', alias: 'UP' })];
    const taken = { ...free, listed: new Map([['alias:side', ['30']]]) };

    expect(named([...group, candidate('c', { name: 'C', alias: 'side' })], taken)).toMatchObject([
      { sentName: 'A', refusal: null },
      { sentName: null, refusal: 'taken' },
      { sentName: null, refusal: 'taken' },
    ]);
  });
});
