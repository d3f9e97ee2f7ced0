import { setTimeout as delay } from 'node:timers/promises';
import { countWindows } from '@broadstreet-sync/testkit';
import type { Finding, Play, Scale, Scenario } from './scenario.ts';
import { accounts, endedWell, inWorld, type Run, type World } from './world.ts';

/** Rounds of an import and an export beside it, requests a second, and how long a worker is paused. */
const sizes: Readonly<Record<Scale, { rounds: number; zones: number; rate: number; scale: number; pausedMs: number }>> =
  {
    short: { rounds: 2, zones: 30, rate: 5, scale: 0.05, pausedMs: 2000 },
    full: { rounds: 9, zones: 1000, rate: 10, scale: 1, pausedMs: 30_000 },
  };
/** Windows that may hold one more than the rate: answers travel, and a short play is not one of figures. */
const mostOneOver: Readonly<Record<Scale, number>> = { short: 0.05, full: 0.005 };
const leastUsed = 0.92;
const workers = 4;

const operations = ['import', 'export'] as const;

/** Imports and exports at once, and more of each behind them. */
async function startAll(world: World, rounds: number): Promise<Run[]> {
  const started: Run[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const operation of operations) started.push(await world.start(operation, { isBehind: true }));
  }
  return started;
}

async function pauseOne(world: World, pausedMs: number): Promise<void> {
  const [worker] = world.workers;
  worker?.signal('SIGSTOP');
  await delay(pausedMs);
  worker?.signal('SIGCONT');
}

async function play({ lab, scale, longestMs }: Play): Promise<Finding> {
  const { rounds, zones, rate, scale: size, pausedMs } = sizes[scale];
  const account = { ...accounts.short, scale: size };
  const env = { BROADSTREET_RATE: String(rate) };
  return inWorld(lab, { account, env, workers }, async (world) => {
    await world.draftZones(zones);
    const started = await startAll(world, rounds);
    await world.reached(Math.ceil(zones / 2));
    await pauseOne(world, pausedMs);
    const ended = await Promise.all(started.map(({ id }) => world.ended(id, longestMs)));
    const times = (await world.account.requests()).map(({ at }) => at);
    const { oneOver, moreOver, most } = countWindows(times, rate);
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    const used = times.length / rate / seconds;
    const faults = [
      ...ended.flatMap(endedWell),
      ...(oneOver > mostOneOver[scale] ? [`${oneOver} of the windows hold ${rate + 1} requests`] : []),
      ...(moreOver > 0 ? [`a window of a second holds ${most} requests, ${rate} are allowed`] : []),
      ...(scale === 'full' && used < leastUsed ? [`only ${used} of the rate is used`] : []),
    ];
    return { times: times.length, ...(await world.judge()), extra: 0, bound: 0, faults };
  });
}

export const sharedBudget: Scenario = {
  name: 'shared-budget',
  test: 24,
  fault: 'four workers share one rate, with an import and an export at once and more behind, and one of them is paused',
  play,
};
