import { stopApps } from '@broadstreet-sync/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runEverySecond, startedTicks, ticksOfRuns, tooEarly, unaccounted } from './every-second.ts';

/** The trial of the same name lasts two minutes. */
const disturbances = { killAfter: 5, flushAfter: 10, pauseAfter: 18 };

describe('a schedule of every second over three workers, of which one is killed while Redis is emptied once', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await runEverySecond(disturbances);
  }, 300_000);
  afterAll(stopApps);

  it('makes one run of each tick that it carries out, and none of any other', () => {
    expect(ticksOfRuns(outcome.everySecond)).toEqual(startedTicks(outcome.everySecond));
    expect(startedTicks(outcome.everySecond).length).toBeGreaterThan(0);
  });

  it('knows of every second what became of it', () => {
    expect(unaccounted(outcome.everySecond)).toEqual([]);
    expect(outcome.everySecond.ticks.length).toBeGreaterThanOrEqual(disturbances.pauseAfter);
    expect(outcome.everySecond.ticks.length).toBeGreaterThan(outcome.beforeFlush);
  });

  it('has all its runs end well', () => {
    const { everySecond, caughtUp } = outcome;
    expect([...everySecond.runs, ...caughtUp.runs].filter(({ status }) => status !== 'succeeded')).toEqual([]);
  });

  it('has alarms again, and so have all others', () => {
    expect(outcome.alarmed).toHaveLength(4);
  });

  it('with a jitter runs each tick once too, and none before it is over', () => {
    expect(tooEarly(outcome.jittered)).toEqual([]);
    expect(ticksOfRuns(outcome.jittered)).toEqual(startedTicks(outcome.jittered));
    expect(outcome.jittered.ticks.length).toBeGreaterThan(1);
  });

  it('that missed a tick leaves it out or makes it up, once, as its policy says', () => {
    expect(outcome.leftOut.ticks.map(({ state }) => state)).toEqual(['missed']);
    expect(outcome.leftOut.runs).toEqual([]);
    expect(outcome.caughtUp.ticks.map(({ state }) => state)).toEqual(['started']);
    expect(ticksOfRuns(outcome.caughtUp)).toEqual(startedTicks(outcome.caughtUp));
  });
});
