import { setTimeout as delay } from 'node:timers/promises';
import { type CrashPoint, crashPoints } from '@broadstreet-sync/domain';
import { waitUntil } from '@broadstreet-sync/services';
import type { App } from '@broadstreet-sync/testkit';
import type { Worker } from '../crew.ts';
import { creates, type Exporting, eachOnce, playExport } from '../play-export.ts';
import type { Play, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { judgeStrays, type Strays } from '../strays.ts';
import { draftRemovable } from './very-late-commits.ts';

const [beforeStray, afterStray] = crashPoints.overtaken;
/** A claim is held for the time of a request and some seconds more (packages/sync/src/export/times.ts). */
const leaseMs = 6000;
const settings = { account: { account: 'bare' as const, settings: { latency_ms: 100 } } };

/** Where a worker is paused, and where it then dies, if it does. */
interface Pause {
  readonly stopAt: CrashPoint;
  readonly dieAt?: CrashPoint;
}

/** As many as the scenario wants, of one sort and of the other in turn. */
function inTurn({ size }: Play, sorts: readonly Pause[]): Pause[] {
  return Array.from({ length: size.times }, (_, at) => sorts[at % sorts.length]).filter((sort) => sort !== undefined);
}

/**
 * Lets workers stop at a point, beside one that goes on, and wakes them after two leases, when others have taken over what
 * they were at. Gives what is wrong then.
 */
async function pause({ stage }: Exporting, pauses: readonly Pause[]): Promise<string[]> {
  const { crew } = stage;
  const paused = await Promise.all(
    pauses.map(async (sort): Promise<[Pause, Worker]> => {
      const crash = sort.dieAt === undefined ? {} : { BROADSTREET_TEST_CRASH: sort.dieAt };
      return [sort, await crew.start({ BROADSTREET_TEST_STOP: sort.stopAt, ...crash, WORKER_CONCURRENCY: '1' })];
    }),
  );
  await crew.start({ WORKER_CONCURRENCY: '1' });
  await Promise.all(
    paused.map(([{ stopAt }, { app }]) => app.waitForLine(new RegExp(`^SIGSTOP at ${stopAt}$`), 120_000)),
  );
  await Promise.all([delay(2 * leaseMs), ...paused.map(([, { app }]) => untilOvertaken(stage, app))]);
  for (const [, { app }] of paused) app.signal('SIGCONT');
  const ends = paused.map(async ([{ stopAt, dieAt }, { app }]) => {
    if (dieAt !== undefined) {
      await app.waitForLine(new RegExp(`^SIGKILL at ${dieAt}$`), 60_000);
      return [];
    }
    const { code, signal } = await app.kill('SIGTERM');
    return code === 0 ? [] : [`a worker that was paused at ${stopAt} ended by ${signal ?? code}`];
  });
  return (await Promise.all(ends)).flat();
}

/** A worker on a busy machine may find a lapsed lease much later than it lapsed. */
async function untilOvertaken({ db }: Stage, { pid }: App): Promise<void> {
  const held = { owner: { $regex: `-${pid}-` }, state: { $in: ['claimed', 'sending'] } };
  await waitUntil(`The takeover of what the paused worker ${pid} was at`, 120_000, async () => {
    return (await db.collection('intents').countDocuments(held)) === 0 ? true : undefined;
  });
}

export const pausedBeforeCheck: Scenario = {
  name: 'paused-before-check',
  test: 5,
  fault: 'a worker is paused for two leases before it checks its claim, or with the answer',
  sizes: { short: { times: 2, entities: 40 }, full: { times: 20, entities: 300 } },
  points: [beforeStray],
  play(play) {
    const wrong: string[] = [];
    const sorts: Pause[] = [{ stopAt: 'before_lease_check' }, { stopAt: 'after_request', dieAt: beforeStray }];
    return playExport(play, {
      workers: 0,
      settings,
      during: async (exporting) => void wrong.push(...(await pause(exporting, inTurn(play, sorts)))),
      check: async (exporting) => [...wrong, ...(await eachOnce(exporting))],
      alsoUnknown: () => play.size.times,
    });
  },
};

/** The request leaves though its entity has been made by another since: found, removed and told. */
export const pausedAfterCheck: Scenario = {
  name: 'paused-after-check',
  test: 5,
  fault: 'a worker is paused for two leases after it has checked its claim; what is too much is removed',
  sizes: { short: { times: 2, entities: 40 }, full: { times: 20, entities: 300 } },
  points: [afterStray],
  play(play) {
    const { times, entities } = play.size;
    const wrong: string[] = [];
    const sorts: Pause[] = [{ stopAt: 'before_request' }, { stopAt: 'before_request', dieAt: afterStray }];
    let strays: Strays | null = null;
    return playExport(play, {
      workers: 0,
      settings,
      drafts: (grounds) => draftRemovable(entities, grounds),
      during: async (exporting) => void wrong.push(...(await pause(exporting, inTurn(play, sorts)))),
      check: async (exporting) => {
        await untilSwept(exporting, entities + times);
        strays = await judgeStrays(exporting);
        return [...wrong, ...strays.faults, ...(strays.made === times ? [] : [`${strays.made} requests came late`])];
      },
      alsoUnknown: () => 2 * times,
      alsoAllowed: () => strays?.allowed ?? 0,
    });
  },
};

/** What paused workers send may be found when the run is over: by a worker that looks at what is left. */
async function untilSwept(exporting: Exporting, sent: number): Promise<void> {
  const { account, db } = exporting.stage;
  await waitUntil('The requests of paused workers', 60_000, async () => {
    return (await creates(exporting)) >= sent ? true : undefined;
  });
  await waitUntil('The sweep', 120_000, async () => {
    const open = await db.collection('intents').countDocuments({ sweep_after: { $ne: null } });
    return open === 0 && (await account.duplicates()).created === 0 ? true : undefined;
  });
}
