import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedReplicaSet, startReplicaSet } from '@broadstreet-sync/services';
import { type Exporting, playExport, reached } from '../play-export.ts';
import type { Play, Scenario } from '../scenario.ts';

/** Between one change of the primary and the next. */
const everyMs = { short: 2000, full: 10_000 } as const;
const workers = 2;
/** So slow that the export lasts for all of them. */
const rate = { short: '8', full: '3' } as const;

/** MongoDB's primary hands over, again and again, and is killed at last. */
export const replicaSet: Scenario = {
  name: 'replica-set',
  test: 13,
  fault: 'of three MongoDB servers the primary steps down, again and again, and is killed at last',
  sizes: { short: { times: 2, entities: 40 }, full: { times: 13, entities: 500 } },
  async play(play) {
    let lastAt = new Date();
    const set = await startReplicaSet({ dataDir: play.lab.folder('set') });
    try {
      return await playExport(play, {
        settings: {
          mongoUri: set.uriFor('chaos'),
          account: { account: 'bare', settings: { latency_ms: 100 } },
          env: { BROADSTREET_RATE: rate[play.scale] },
        },
        during: async (exporting) => {
          await changePrimary(exporting, set, play);
          lastAt = new Date();
        },
        // What was answered while no primary took the note of it: one request of each worker each time.
        alsoUnknown: () => workers * play.size.times,
        workers,
        check: async ({ stage, run }) => {
          const { ended_at } = await stage.api.run(run.id);
          return ended_at !== null && ended_at > lastAt ? [] : ['the export had ended before the last change'];
        },
      });
    } finally {
      await set.stop();
    }
  },
};

async function changePrimary(exporting: Exporting, set: EmbeddedReplicaSet, { size, scale }: Play): Promise<void> {
  await reached(exporting, 3);
  for (let time = 1; time < size.times; time += 1) {
    await set.stepDown();
    await delay(everyMs[scale]);
  }
  const restart = await set.killPrimary();
  await delay(everyMs[scale]);
  await restart();
}
