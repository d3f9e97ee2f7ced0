import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedRequest } from '@broadstreet-sync/testkit';
import { type Finding, type Play, type Scale, type Scenario, together } from './scenario.ts';
import { accounts, atOnce, endedWell, inWorld, split, type World } from './world.ts';

const forms = ['seconds', 'date', 'none'] as const;
const sizes: Readonly<Record<Scale, { outageMs: number; retryAfterMs: number }>> = {
  short: { outageMs: 3000, retryAfterMs: 1500 },
  full: { outageMs: 30_000, retryAfterMs: 5000 },
};
const rate = 25;
/** How long a 429 may take to be read, on a machine that is busy: what leaves meanwhile knows nothing of it. */
const unreadMs = 1000;

/** Requests that were sent in spite of a 429 that had been read: earlier than it said. */
function tooEarly(requests: readonly SimulatedRequest[], retryAfterMs: number): SimulatedRequest[] {
  const refusals = requests.filter(({ status }) => status === 429);
  return requests.filter(({ at }) =>
    refusals.some(({ ended_at }) => {
      const read = (ended_at ?? Number.POSITIVE_INFINITY) + unreadMs;
      return at > read && at < (ended_at ?? 0) + retryAfterMs;
    }),
  );
}

/** Has every request answered 429 for a while, once a run has sent some. */
async function disturb(world: World, retryAfter: (typeof forms)[number], scale: Scale): Promise<void> {
  const { outageMs, retryAfterMs } = sizes[scale];
  const { account } = world;
  await world.reached((await account.stats()).total + 10);
  const fault = { type: 'status', status: 429, retry_after: retryAfter, retry_after_ms: retryAfterMs };
  await account.startOutage({ fault });
  await delay(outageMs);
  await account.endOutage();
}

/** Runs something while requests are answered so, and looks at what was sent. */
async function playRun(world: World, operation: 'import' | 'export', form: (typeof forms)[number], play: Play) {
  const { scale, longestMs } = play;
  const after = (await world.account.requests()).at(-1)?.seq ?? 0;
  const { id } = await world.start(operation);
  await disturb(world, form, scale);
  const ended = await world.ended(id, longestMs);
  const requests = await world.account.requests(after);
  const { bad, good } = split(requests, (status) => status === 429);
  const early = form === 'none' ? [] : tooEarly(requests, sizes[scale].retryAfterMs);
  return {
    extra: bad.length,
    // Of a short outage the requests that were under way when it began are more than a tenth.
    bound: Math.max(good.length * 0.1, atOnce + sizes[scale].outageMs / 1000),
    faults: [
      ...endedWell(ended),
      ...(ended.waiting === null ? [] : ['a run that has ended waits']),
      ...(early.length > 0 ? [`${early.length} requests before the time that a 429 gave (${form})`] : []),
    ],
  };
}

function playTooManyRequests(play: Play): Promise<Finding> {
  const { lab, scale } = play;
  return inWorld(lab, { account: accounts[scale], env: { BROADSTREET_RATE: String(rate) } }, async (world) => {
    const parts = [];
    for (const form of forms) parts.push(await playRun(world, 'import', form, play));
    await world.draftZones(40);
    for (const form of forms.slice(0, 1)) parts.push(await playRun(world, 'export', form, play));
    return { times: parts.length, ...(await world.judge()), ...together(parts) };
  });
}

/** The API answers 429 for a while: nobody asks before it says so, and nobody asks often. */
export const tooManyRequests: Scenario = {
  name: 'too-many-requests',
  test: 17,
  fault: 'every request is answered 429 for a while, with and without Retry-After, as seconds and as a date',
  play: playTooManyRequests,
};
