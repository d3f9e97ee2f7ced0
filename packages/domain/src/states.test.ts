import { describe, expect, it } from 'vitest';
import {
  endedRunStates,
  hasEnded,
  holdStates,
  holdTransitions,
  intentStates,
  intentTransitions,
  isEnd,
  isUnderWay,
  openIntents,
  openRunStates,
  parkedStates,
  runStates,
  runTransitions,
  sourcesOf,
  strayStates,
  strayTransitions,
  taskStates,
  taskTransitions,
} from './states.ts';

type Table = Readonly<Record<string, readonly string[]>>;

function reachable(table: Table, from: string, seen = new Set([from])): Set<string> {
  for (const next of (table[from] ?? []).filter((state) => !seen.has(state))) reachable(table, next, seen.add(next));
  return seen;
}

/** Name, states, table, first state, and what every other can come to. */
const tables: [string, readonly string[], Table, string, string[]][] = [
  ['a run', runStates, runTransitions, 'queued', ['failed', 'cancelled']],
  ['a task', taskStates, taskTransitions, 'queued', ['completed', 'failed', 'blocked', 'skipped']],
  ['a hold', holdStates, holdTransitions, 'held', ['published', 'replaced', 'expired']],
  ['an intent', intentStates, intentTransitions, 'planned', ['promoted']],
  ['a stray', strayStates, strayTransitions, 'open', ['removed', 'own']],
];

describe.each(tables)('the states of %s', (_, states, table, first, ends) => {
  it('are all in its table, and lead to each other only', () => {
    expect(Object.keys(table).toSorted()).toEqual(states.toSorted());
    expect(states).toEqual(expect.arrayContaining(Object.values(table).flat()));
  });

  it(`can all be reached from ${first}`, () => {
    expect(states.filter((state) => !reachable(table, first).has(state))).toEqual([]);
  });

  it(`come to ${ends.join(', ')} from every other`, () => {
    for (const state of states) expect([...reachable(table, state)].some((next) => ends.includes(next))).toBe(true);
  });
});

it('ends are states that nothing follows; what was created can be undone, and created again', () => {
  const endsOf = (states: readonly string[], table: Table) => states.filter((state) => isEnd(table, state));

  // A dry run is published later, and what is held is confirmed.
  expect(endsOf(runStates, runTransitions)).toEqual(['failed', 'cancelled']);
  expect(endsOf(taskStates, taskTransitions)).toEqual(['completed', 'failed', 'blocked', 'skipped']);
  expect(endsOf(intentStates, intentTransitions)).toEqual([]);
  expect(intentTransitions.promoted).toEqual(['undone']);
  expect(sourcesOf(intentTransitions, 'undone')).toEqual(['promoted']);
});

describe('sourcesOf', () => {
  it('gives the states that may become this one', () => {
    expect(sourcesOf(runTransitions, 'publishing')).toEqual(['running', 'held', 'succeeded', 'partial']);
    expect(sourcesOf(intentTransitions, 'promoted')).toEqual(['created']);
    expect(sourcesOf(runTransitions, 'queued')).toEqual([]);
  });
});

describe('an intent', () => {
  it('is promoted only when its remote id is known, and sent only when claimed', () => {
    expect(sourcesOf(intentTransitions, 'created')).toEqual(['sending', 'ambiguous', 'parked']);
    expect(sourcesOf(intentTransitions, 'sending')).toEqual(['claimed', 'sending']);
  });

  it('whose outcome is unknown is not refused, nor planned anew without a look: it may exist', () => {
    expect(intentTransitions.ambiguous).toEqual(['created', 'planned', 'parked']);
  });

  it('goes on from where it was parked', () => {
    expect(intentTransitions.parked).toEqual(parkedStates);
    for (const state of parkedStates) expect(intentTransitions[state]).toContain('parked');
  });

  it('is under way while it may exist and production does not have it, parked or not', () => {
    expect(intentStates.filter((state) => isUnderWay({ state }))).toEqual(openIntents);
    expect(parkedStates.filter((from) => isUnderWay({ state: 'parked', parked_from: from }))).toEqual([
      'ambiguous',
      'created',
    ]);
  });
});

describe('a run', () => {
  it('that has ended goes on only by being published, and every other may still end', () => {
    for (const state of endedRunStates) {
      expect(hasEnded(state)).toBe(true);
      expect(runTransitions[state].filter((next) => !hasEnded(next) && next !== 'publishing')).toEqual([]);
    }
    for (const state of openRunStates) expect(runTransitions[state].some(hasEnded), state).toBe(true);
    expect([...openRunStates, ...endedRunStates].toSorted()).toEqual([...runStates].toSorted());
  });
});

describe('a run that publishes', () => {
  it('cannot be cancelled', () => {
    expect(runTransitions.publishing).not.toContain('cancelled');
  });
});
