import { cpSync, rmSync } from 'node:fs';
import { type EmbeddedRedis, startRedis } from '@broadstreet-sync/services';
import { eachOnce, playExport, reached } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';

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
    try {
      return await playExport(play, {
        settings: {
          redisUrl: redis.url,
          account: { account: 'bare', settings: { latency_ms: 100 } },
        },
        during: async (exporting) => {
          // In the middle of a level: of the jobs in the copy some have ended when it is put back.
          await reached(exporting, Math.floor(entities * 0.15));
          cpSync(dataDir, copy, { recursive: true });
          await reached(exporting, Math.floor(entities * 0.6));
          await redis.kill();
          rmSync(dataDir, { recursive: true });
          cpSync(copy, dataDir, { recursive: true });
          redis = await startRedis({ dataDir });
        },
        check: eachOnce,
      });
    } finally {
      await redis.stop();
    }
  },
};
