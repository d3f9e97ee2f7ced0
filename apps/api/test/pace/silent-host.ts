import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedRequest } from '@broadstreet-sync/testkit';
import { type Finding, type Play, type Scale, type Scenario, together } from './scenario.ts';
import { accounts, atOnce, endedWell, inWorld, split, type World } from './world.ts';

const faults = [{ type: 'hang' }, { type: 'slow', bytes_per_second: 1 }, { type: 'drop' }] as const;
const outageMs: Readonly<Record<Scale, number>> = { short: 6000, full: 60_000 };
const timeoutMs = 4000;
/** How much later than its deadline a request may be seen to end, on a machine that is busy. */
const lateMs = 4000;
const toOpen = 5;

/** How long our own API takes for an answer, in ms: of so many the one that all but a twentieth stay below. */
async function ownLatency(world: World, count: number): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const since = performance.now();
    await world.send('GET', '/api/runs');
    times.push(performance.now() - since);
  }
  return times.sort((a, b) => a - b)[Math.floor(0.95 * count)] ?? 0;
}

function durationOf({ at, ended_at }: SimulatedRequest): number {
  return (ended_at ?? Number.POSITIVE_INFINITY) - at;
}

async function playFault(world: World, fault: (typeof faults)[number], { scale, longestMs }: Play) {
  const { account } = world;
  const after = (await account.requests()).at(-1)?.seq ?? 0;
  const { id } = await world.start('import');
  await world.reached((await account.stats()).total + 20);
  const before = await ownLatency(world, 100);
  await account.startOutage({ fault });
  const since = Date.now();
  const during = await ownLatency(world, 100);
  await delay(Math.max(0, outageMs[scale] - (Date.now() - since)));
  await account.endOutage();
  const ended = await world.ended(id, longestMs);

  const requests = await account.requests(after);
  const { bad, good } = split(requests, (status) => status === null);
  const overdue = requests.filter((request) => durationOf(request) > timeoutMs + lateMs);
  const isSlower = scale === 'full' && during > 1.1 * before + 5;
  return {
    extra: bad.length,
    bound: Math.max(good.length * 0.1, toOpen + atOnce + 1),
    faults: [
      ...endedWell(ended),
      ...(overdue.length > 0 ? [`${overdue.length} requests were held beyond their deadline (${fault.type})`] : []),
      ...(isSlower ? [`our own API took ${during.toFixed(0)} ms, and ${before.toFixed(0)} ms before`] : []),
    ],
  };
}

function playSilentHost(play: Play): Promise<Finding> {
  const env = { BROADSTREET_RATE: '25', BROADSTREET_TIMEOUT_MS: String(timeoutMs) };
  return inWorld(play.lab, { account: accounts[play.scale], env }, async (world) => {
    const parts = [];
    for (const fault of faults) parts.push(await playFault(world, fault, play));
    return { times: parts.length, ...(await world.judge()), ...together(parts) };
  });
}

/** The API does not answer, or drop by drop, or ends the connection: no request outlives its deadline. */
export const silentHost: Scenario = {
  name: 'silent-host',
  test: 19,
  fault: 'no answer, a body at 1 byte a second, connections taken and dropped, for a while',
  play: playSilentHost,
};
