import type { KindName } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { expectRequests, type KindFacts, type RunPlanFacts } from './expected-requests.ts';

const none: KindFacts = {
  isPlanned: false,
  work: { tasks: 0, open: 0, lists: 0, rows: 0 },
  entities: 0,
  drafts: 0,
  parents: 0,
  lists: null,
  only: null,
};

function facts(changes: Partial<Record<KindName, Partial<KindFacts>>>, run: Partial<RunPlanFacts> = {}): RunPlanFacts {
  const kinds = new Map(Object.entries(changes).map(([name, given]) => [name as KindName, { ...none, ...given }]));
  return { operation: 'import', mode: 'full', confirm: [], kinds, ...run };
}

/** As many tasks, of which so many lists are read and held so many rows. */
function planned(tasks: number, lists = 0, rows = 0): Partial<KindFacts> {
  return { isPlanned: true, work: { tasks, open: tasks - lists, lists, rows } };
}

// L of the design: 1 network, 70 advertisers, 430 zones, 500 campaigns, 130 ads.
const known = {
  networks: { entities: 1 },
  advertisers: { entities: 70 },
  zones: { entities: 430 },
  advertisements: { entities: 130 },
  campaigns: { entities: 500 },
  placements: { entities: 60 },
};
const unknown = { networks: {}, advertisers: {}, zones: {}, advertisements: {}, campaigns: {}, placements: {} };

describe('an import', () => {
  it('of a known account has its number at once: 574 lists in 5 levels, and a count of the one network', () => {
    expect(expectRequests(facts(known))).toEqual({ all: 575, left: 575, levelsLeft: 5 });
  });

  it('of an account that was never read has none, until its lists show how many there will be', () => {
    const first = { ...unknown, networks: planned(1, 1, 1) };
    const second = { ...first, advertisers: planned(1, 1, 70), zones: planned(1), advertisements: {} };
    const third = { ...second, zones: planned(1, 1, 430), advertisements: planned(1, 1, 130), campaigns: planned(70) };
    const some = { ...third, campaigns: planned(70, 7, 35) };

    expect(expectRequests(facts(unknown)).all).toBeNull();
    expect(expectRequests(facts(first)).all).toBeNull();
    expect(expectRequests(facts(third)).all).toBeNull();
    // 5 campaigns for each of the advertisers read so far: 350 in all.
    expect(expectRequests(facts(some))).toEqual({ all: 1 + 1 + 1 + 1 + 1 + 70 + 350, left: 63 + 350, levelsLeft: 2 });
  });

  it('goes by what its lists show where production says otherwise', () => {
    const grown = { ...known, networks: planned(1, 1, 2), advertisers: planned(2, 2, 100) };

    expect(expectRequests(facts(grown)).all).toBe(1 + 2 + 2 + 2 + 2 + 100 + 500);
  });

  it('of one kind takes its scopes from production', () => {
    const one = {
      networks: { ...planned(0), entities: 1 },
      advertisers: { ...planned(0), entities: 70 },
      campaigns: {},
    };

    expect(expectRequests(facts(one))).toEqual({ all: 70, left: 70, levelsLeft: 1 });
  });

  it('that is limited to some scopes reads these', () => {
    const limited = Object.fromEntries(
      Object.keys(known).map((name) => [name, { only: name === 'campaigns' ? 3 : 0 }]),
    );

    expect(expectRequests(facts(limited)).all).toBe(3);
  });

  // Lists that filters limit are not compared with the count that a network has of their rows.
  it.each([
    ['incremental', 0],
    ['due', 4],
  ] as const)('in the mode %s is not guessed: its scopes are chosen when it starts', (mode, counts) => {
    const started = facts({ networks: { lists: 1 }, zones: { lists: 4 } }, { mode });

    expect(expectRequests(facts(known, { mode })).all).toBeNull();
    expect(expectRequests(started).all).toBe(5 + counts);
    expect(expectRequests(facts({ networks: planned(1), zones: planned(4, 1, 9) }, { mode })).all).toBe(5 + counts);
  });

  it('reads what it found when it started rather than what all of production would need', () => {
    const limited = { ...known, networks: { ...known.networks, entities: 9 }, zones: { ...known.zones, lists: 2 } };

    expect(expectRequests(facts({ networks: limited.networks, zones: limited.zones })).all).toBe(1 + 2 + 2);
  });

  it('has nothing left when all is done', () => {
    const done = Object.fromEntries(Object.keys(known).map((name) => [name, planned(3, 3, 3)]));

    expect(expectRequests(facts(done))).toEqual({ all: 18 + 3, left: 0, levelsLeft: 0 });
  });
});

describe('an export', () => {
  it('is one request for each draft, and one list for each parent that was there before', () => {
    const drafts = {
      networks: { drafts: 2, parents: 1 },
      advertisers: { drafts: 10, parents: 1 },
      zones: { drafts: 10, parents: 3 },
      placements: { drafts: 40, parents: 0 },
    };
    const wanted = facts(drafts, { operation: 'export' });

    expect(expectRequests({ ...wanted, confirm: ['networks'] }).all).toBe(3 + 11 + 13 + 40);
    // Without the confirmation no network is created.
    expect(expectRequests(wanted).all).toBe(11 + 13 + 40);
  });

  it('of some drafts is about these', () => {
    const drafts = { zones: { drafts: 10, parents: 3, only: 2 }, placements: { drafts: 40, only: 0 } };

    expect(expectRequests(facts(drafts, { operation: 'export' })).all).toBe(4);
  });

  it('goes by its tasks once they are planned', () => {
    const some = { zones: { ...planned(12, 0), drafts: 3 }, placements: { drafts: 5 } };

    expect(expectRequests(facts(some, { operation: 'export' }))).toEqual({ all: 17, left: 17, levelsLeft: 2 });
  });
});
