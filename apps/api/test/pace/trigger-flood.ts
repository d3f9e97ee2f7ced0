import { setTimeout as delay } from 'node:timers/promises';
import type { Finding, Play, Scale, Scenario } from './scenario.ts';
import { accounts, endedWell, inWorld, type World } from './world.ts';

const seconds: Readonly<Record<Scale, number>> = { short: 2, full: 10 };
const perSecond = 1000;
const batchesPerSecond = 20;
const mostOpen = 300;
const rate = 10;
const share = 0.95;
/** Of our API, for one client. */
const limit = { points: 100, seconds: 10 };

/** Triggers, a thousand a second; gives the statuses, by how often, and those that did not say when to come back. */
async function flood(world: World, forSeconds: number) {
  const statuses = new Map<number, number>();
  let without = 0;
  const open = new Set<Promise<void>>();
  const one = async () => {
    const body = '{}';
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${world.api.url}/api/sync/all`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 429 && !Number(answer.headers.get('retry-after'))) without += 1;
  };
  for (let batch = 0; batch < forSeconds * batchesPerSecond; batch += 1) {
    for (let at = 0; at < perSecond / batchesPerSecond; at += 1) {
      const sent: Promise<void> = one().finally(() => open.delete(sent));
      open.add(sent);
    }
    await delay(1000 / batchesPerSecond);
    // A machine that is busy is not to run out of sockets.
    while (open.size > mostOpen) await Promise.race(open);
  }
  await Promise.all(open);
  return { statuses, without };
}

function playFlood({ lab, scale, longestMs }: Play): Promise<Finding> {
  const settings = {
    account: accounts[scale],
    env: { BROADSTREET_RATE: String(rate) },
  };
  return inWorld(lab, settings, async (world) => {
    const { id } = await world.start('import');
    await world.reached(10);
    const since = Date.now();
    const before = (await world.account.stats()).total;
    const { statuses, without } = await flood(world, seconds[scale]);
    const sent = (await world.account.stats()).total - before;
    const tookMs = Date.now() - since;
    const possible = (rate * tookMs) / 1000 / 1.02;
    const ended = await world.ended(id, longestMs);
    const requests = await world.allRequests(longestMs);

    const { total, most_in_one_second } = await world.account.stats();
    // A machine that is busy with other things may not reach its store in time, nor be done before the import is.
    const known = scale === 'full' ? [409, 429] : [202, 409, 429, 503];
    const strange = [...statuses.keys()].filter((status) => !known.includes(status));
    const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const taken = all - (statuses.get(429) ?? 0);
    const mostTaken = limit.points * (Math.ceil(tookMs / 1000 / limit.seconds) + 1);
    const isSlowed = scale === 'full' && sent < share * possible - 1;
    return {
      times: all,
      ...(await world.judge()),
      extra: total - requests,
      bound: 0,
      faults: [
        ...endedWell(ended),
        ...(taken > mostTaken ? [`${taken} of ${all} triggers were taken, where ${mostTaken} may be`] : []),
        ...(without > 0 ? [`${without} of them without when to come back`] : []),
        ...(strange.length > 0 ? [`triggers were answered ${strange.join(', ')}`] : []),
        ...(most_in_one_second > rate + 1
          ? [`${most_in_one_second} requests in a second, where ${rate} are allowed`]
          : []),
        ...(isSlowed ? [`${sent} requests meanwhile, where ${possible.toFixed(0)} were allowed`] : []),
      ],
    };
  });
}

/** Somebody asks for runs a thousand times a second: most are turned away, and the work goes on. */
export const triggerFlood: Scenario = {
  name: 'trigger-flood',
  test: 36,
  fault: '1,000 triggers a second, while an import runs',
  play: playFlood,
};
