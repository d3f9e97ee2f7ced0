import { waitUntil } from '@broadstreet-sync/services';
import { withRedis } from '../lab.ts';
import { playExport, reached } from '../play-export.ts';
import { overRate } from '../rate.ts';
import type { Play, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const rate = 25;

/** Redis loses everything in the middle of an import and of an export, and nobody gets more requests for it. */
export const emptiedRedis: Scenario = {
  name: 'emptied-redis',
  test: 10,
  fault: 'FLUSHALL in the middle of an import, and of an export',
  sizes: { short: { times: 1, entities: 60 }, full: { times: 5, entities: 300 } },
  play: (play) =>
    withRedis(play.lab, (redis) =>
      playExport(play, {
        settings: {
          redisUrl: redis.url,
          // Some lists to read, before the import of the export's own grounds.
          account: { account: 'L', scale: 0.2, settings: { latency_ms: 50, rate: { limit: rate + 1 } } },
          env: { BROADSTREET_RATE: String(rate) },
        },
        before: (stage) => emptyInImport(stage, play),
        during: async (exporting) => {
          for (const point of play.random.points(play.size.times, play.size.entities)) {
            await reached(exporting, point);
            await exporting.stage.redis.flushall();
          }
        },
        times: async () => 2 * play.size.times,
        check: ({ stage }) => overRate(stage, rate),
      }),
    ),
};

async function emptyInImport({ api, account, redis }: Stage, { size, longestMs, random }: Play): Promise<void> {
  const before = (await account.stats()).total;
  const { id } = await api.start('import');
  for (const point of random.points(size.times, 60)) {
    await waitUntil('The progress of the import', 120_000, async () => {
      return (await account.stats()).total - before >= point ? true : undefined;
    });
    await redis.flushall();
  }
  await api.endedAs('succeeded', id, longestMs);
}
