import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@broadstreet-sync/services';
import type { SimulatedRequest } from '@broadstreet-sync/testkit';
import type { Finding, Play, Scale, Scenario } from './scenario.ts';
import { accounts, atOnce, endedWell, inWorld, split, type World } from './world.ts';

const statuses = [500, 502, 503] as const;
const outageMs: Readonly<Record<Scale, number>> = { short: 6000, full: 60_000 };
/** Between two probes; timers and clocks differ by a little. */
const probeMs = 15_000 - 500;
const toOpen = 5;
const workers = 2;

/** Requests that failed, after those that it takes to open the breaker and what was under way meanwhile. */
function probesOf(failed: readonly SimulatedRequest[]): SimulatedRequest[] {
  return failed.toSorted((a, b) => a.at - b.at).slice(toOpen + workers * atOnce);
}

async function breakerShown(world: World, id: string): Promise<string[]> {
  const shown = await waitUntil('That the run waits for the breaker', 30_000, async () => {
    const { waiting } = await world.run(id);
    return waiting?.for === 'breaker' ? waiting : undefined;
  });
  const isNamed = /\(status 50[0-3]\)/.test(shown.cause ?? '') && shown.until !== null;
  return isNamed ? [] : [`the run says ${JSON.stringify(shown)} of what it waits for`];
}

function playServerErrors({ lab, scale, longestMs }: Play): Promise<Finding> {
  const settings = {
    account: accounts[scale],
    env: { BROADSTREET_RATE: '25' },
    workers,
  };
  return inWorld(lab, settings, async (world) => {
    const { id } = await world.start('import');
    await world.reached(30);
    const [first, ...others] = statuses;
    await world.account.startOutage({ fault: { type: 'status', status: first } });
    const unsaid = await breakerShown(world, id);
    for (const status of others) {
      await delay(outageMs[scale] / statuses.length);
      await world.account.startOutage({ fault: { type: 'status', status } });
    }
    await delay(outageMs[scale] / statuses.length);
    await world.account.endOutage();
    const ended = await world.ended(id, longestMs);

    const { bad, good } = split(await world.account.requests(), (status) => (status ?? 0) >= 500);
    const beforeProbes = bad.length - probesOf(bad).length;
    const tooSoon = probesOf(bad).filter(({ at }, place, all) => place > 0 && at - (all[place - 1]?.at ?? 0) < probeMs);
    const told = world.workers.flatMap(({ lines }) => lines.filter((line) => line.includes('keeps failing')));
    return {
      times: 1,
      ...(await world.judge()),
      extra: bad.length,
      bound: Math.max(good.length * 0.1, toOpen + workers * atOnce + 1),
      faults: [
        ...endedWell(ended),
        ...unsaid,
        ...(beforeProbes > toOpen + workers * atOnce
          ? [`${beforeProbes} requests failed before the breaker held`]
          : []),
        ...(tooSoon.length > 0 ? [`${tooSoon.length} probes came too soon after another`] : []),
        ...(told.length === 1 ? [] : [`the breaker was logged ${told.length} times`]),
      ],
    };
  });
}

/** The API fails for a while: all wait, one request in 15 seconds is tried, nothing is given up. */
export const serverErrors: Scenario = {
  name: 'server-errors',
  test: 18,
  fault: 'every request is answered 500, then 502, then 503, for a while',
  play: playServerErrors,
};
