import { describe, expect, it } from 'vitest';
import { kindNames } from './kind.ts';
import { type PlanChange, type PlanCount, permanentOf, plannedRequests, planOutdated } from './plan.ts';
import { kinds } from './registry.ts';

const count = (changes: Partial<PlanCount>): PlanCount => {
  return { kind: 'zones', level: 2, action: 'create', state: 'planned', count: 1, renamed: 0, reads: 0, ...changes };
};

describe('requests of a plan', () => {
  it('are what is planned with what is looked at before, and every list; not what is refused, linked, or open beyond its look-up', () => {
    const counts = [
      count({ count: 3 }),
      count({ state: 'failed' }),
      count({ state: 'blocked' }),
      count({ state: 'open' }),
      count({ action: 'link', count: 5 }),
      count({ action: 'names', count: 2 }),
      count({ action: 'names', state: 'open' }),
      count({ action: 'look_up' }),
      count({ action: 'update', count: 4, reads: 4 }),
      count({ action: 'remove', count: 1, reads: 3 }),
      count({ action: 'update', state: 'failed', reads: 1 }),
    ];

    expect(plannedRequests(counts)).toEqual({ names: 3, look_up: 1, create: 3, update: 8, remove: 4 });
  });
});

describe('what a plan creates for good', () => {
  it('is what the API cannot delete, then what it cannot change; open creates count', () => {
    const counts = kindNames.flatMap((kind) => [count({ kind, count: 2 }), count({ kind, state: 'failed' })]);

    const permanent = permanentOf([...counts, count({ kind: 'networks', state: 'open' })]);

    expect(permanent.map(({ kind }) => kind)).toEqual(
      [...kindNames]
        .filter((kind) => kinds[kind].remove === null || kinds[kind].update === null)
        .toSorted((a, b) => rank(a) - rank(b)),
    );
    expect(permanent.find(({ kind }) => kind === 'networks')).toMatchObject({ count: 3, can_delete: false });
    expect(permanent[0]).toMatchObject({ can_change: false, can_delete: false });
  });

  const rank = (kind: (typeof kindNames)[number]): number =>
    (kinds[kind].remove === null ? 0 : 2) + (kinds[kind].update === null ? 0 : 1);
});

describe('a plan that does not hold any more', () => {
  it('names the first changes, and how many more there are', () => {
    const changes = Array.from({ length: 7 }, (_, at): PlanChange => {
      return {
        kind: 'zones',
        subject: `id ${at}`,
        name: at === 0 ? 'Top' : null,
        change: 'edited',
        detail: 'was edited',
      };
    });

    const error = planOutdated('the dry run', changes);

    expect(error).toMatchObject({ category: 'conflict', code: 'plan_outdated' });
    expect(error.message).toContain('zones "Top" (id 0): was edited; zones id 1: was edited');
    expect(error.message).toContain('and 2 more');
    expect(error.message).not.toContain('id 6');
  });
});
