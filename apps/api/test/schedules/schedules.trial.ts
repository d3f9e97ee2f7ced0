import { stopApps } from '@broadstreet-sync/testkit';
import { afterAll, expect, it } from 'vitest';
import { runEverySecond, startedTicks, ticksOfRuns, tooEarly, unaccounted } from './every-second.ts';

/** Two minutes, if nobody is held up. */
const disturbances = { killAfter: 40, flushAfter: 80, pauseAfter: 120 };

afterAll(stopApps);

it('a schedule of every second runs no tick twice in two minutes, whoever dies', async ({ annotate }) => {
  const { everySecond, leftOut, caughtUp, jittered } = await runEverySecond(disturbances);

  const states = Map.groupBy(everySecond.ticks, ({ state }) => state);
  const told = [...states].map(([state, ticks]) => `${ticks.length} ${state}`);
  const missed = everySecond.ticks.reduce((sum, tick) => sum + tick.missed, 0);
  await annotate(`${told.join(', ')}, ${missed} missed; ${everySecond.runs.length} runs`);
  expect(ticksOfRuns(everySecond)).toEqual(startedTicks(everySecond));
  expect(unaccounted(everySecond)).toEqual([]);
  expect(everySecond.ticks.length).toBeGreaterThanOrEqual(disturbances.pauseAfter);
  expect(everySecond.runs.filter(({ status }) => status !== 'succeeded')).toEqual([]);
  expect(ticksOfRuns(jittered)).toEqual(startedTicks(jittered));
  expect(tooEarly(jittered)).toEqual([]);
  expect([leftOut.runs.length, caughtUp.runs.length]).toEqual([0, 1]);
});
