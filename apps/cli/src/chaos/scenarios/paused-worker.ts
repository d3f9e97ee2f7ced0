import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@broadstreet-sync/services';
import type { Worker } from '../crew.ts';
import { creates, type Exporting, playExport } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';
import { judgeStrays, type Strays } from '../strays.ts';
import { draftRemovable } from './very-late-commits.ts';

/** A claim is held for the time of a request and some seconds more (packages/sync/src/export/times.ts). */
const leaseMs = 6000;

/** Lets workers stop at a point, beside one that goes on, and wakes them after two leases. */
async function pauseAt({ stage: { crew } }: Exporting, point: string, count: number): Promise<Worker[]> {
  const paused = await Promise.all(
    Array.from({ length: count }, () => crew.start({ BROADSTREET_TEST_STOP: point, WORKER_CONCURRENCY: '1' })),
  );
  await crew.start({ WORKER_CONCURRENCY: '1' });
  await Promise.all(paused.map(({ app }) => app.waitForLine(new RegExp(`^SIGSTOP at ${point}$`), 120_000)));
  await delay(2 * leaseMs);
  for (const { app } of paused) app.signal('SIGCONT');
  return paused;
}

/** A worker that was paused is as good as any other afterwards: it stops in order. */
async function stopInOrder(workers: readonly Worker[]): Promise<string[]> {
  const exits = await Promise.all(workers.map(({ app }) => app.kill('SIGTERM')));
  return exits.flatMap(({ code, signal }) => (code === 0 ? [] : [`a paused worker ended by ${signal ?? code}`]));
}

export const pausedBeforeCheck: Scenario = {
  name: 'paused-before-check',
  test: 5,
  fault: 'a worker is paused for two leases before it checks that its claim holds',
  sizes: { short: { times: 2, entities: 40 }, full: { times: 10, entities: 200 } },
  play(play) {
    const { times } = play.size;
    let paused: Worker[] = [];
    return playExport(play, {
      workers: 0,
      settings: { account: { account: 'bare', settings: { latency_ms: 100 } } },
      during: async (exporting) => {
        paused = await pauseAt(exporting, 'before_lease_check', times);
      },
      check: () => stopInOrder(paused),
      alsoUnknown: () => times,
    });
  },
};

/** The request leaves though its entity has been made by another since: found, removed and told. */
export const pausedAfterCheck: Scenario = {
  name: 'paused-after-check',
  test: 5,
  fault: 'a worker is paused for two leases after it has checked its claim; what it made twice is removed',
  sizes: { short: { times: 2, entities: 40 }, full: { times: 10, entities: 200 } },
  play(play) {
    const { times, entities } = play.size;
    let strays: Strays | null = null;
    return playExport(play, {
      workers: 0,
      settings: { account: { account: 'bare', settings: { latency_ms: 100 } } },
      drafts: (grounds) => draftRemovable(entities, grounds),
      during: async (exporting) => void (await pauseAt(exporting, 'before_request', times)),
      check: async (exporting) => {
        await untilSwept(exporting, entities + times);
        strays = await judgeStrays(exporting);
        return [...strays.faults, ...(strays.made === times ? [] : [`${strays.made} requests came late`])];
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
