import { cpSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedRedis, startRedis } from '@broadstreet-sync/services';
import { jobEvents } from '../job-events.ts';
import { eachOnce, playExport, reached } from '../play-export.ts';
import type { Scale, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** How old the copy is at least; in the short form what was done since tells it. */
const oldMs: Readonly<Record<Scale, number>> = { short: 0, full: 60_000 };
/** In full so slow that the export is not over before the copy is old enough. */
const rates: Readonly<Record<Scale, string>> = { short: 'unlimited', full: '3' };

/** Jobs that had ended before an instant. */
async function endedJobs(stage: Stage): Promise<Set<string>> {
  return new Set((await jobEvents(stage)).filter(({ event }) => event === 'completed').map(({ job }) => job));
}

/** Those of them that a worker has begun again since. */
async function begunAgain(stage: Stage, ended: ReadonlySet<string>, since: number): Promise<number> {
  const begun = (await jobEvents(stage)).filter(({ event, at }) => event === 'active' && at >= since);
  return new Set(begun.map(({ job }) => job).filter((job) => ended.has(job))).size;
}

/** Redis comes back as it was some time ago: jobs that have ended run again. */
export const oldRedis: Scenario = {
  name: 'old-redis',
  test: 11,
  fault: 'Redis is killed, and started on a copy of its data from earlier in the run',
  sizes: { short: { times: 1, entities: 60 }, full: { times: 1, entities: 500 } },
  async play(play) {
    const dataDir = play.lab.folder('redis');
    const copy = play.lab.folder('redis-copy');
    let redis: EmbeddedRedis = await startRedis({ dataDir });
    const { entities } = play.size;
    let ended = new Set<string>();
    let [backAt, ageMs, again] = [0, 0, 0];
    try {
      return await playExport(play, {
        settings: {
          redisUrl: redis.url,
          account: { account: 'bare', settings: { latency_ms: 100 } },
          env: { BROADSTREET_RATE: rates[play.scale] },
        },
        during: async (exporting) => {
          // In the middle of a level: of the jobs in the copy some have ended when it is put back.
          await reached(exporting, Math.floor(entities * 0.15));
          cpSync(dataDir, copy, { recursive: true });
          const copiedAt = Date.now();
          await delay(oldMs[play.scale]);
          await reached(exporting, Math.floor(entities * 0.6));
          ended = await endedJobs(exporting.stage);
          await redis.kill();
          backAt = Date.now();
          ageMs = backAt - copiedAt;
          rmSync(dataDir, { recursive: true });
          cpSync(copy, dataDir, { recursive: true });
          redis = await startRedis({ dataDir });
        },
        check: async (exporting) => {
          again = await begunAgain(exporting.stage, ended, backAt);
          return [...(await eachOnce(exporting)), ...(again > 0 ? [] : ['no job that had ended ran again'])];
        },
        notes: () => [`${again} jobs that had ended ran again; the copy was ${(ageMs / 1000).toFixed(0)} s old`],
      });
    } finally {
      await redis.stop();
    }
  },
};
