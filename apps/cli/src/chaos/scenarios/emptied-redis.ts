import { waitUntil } from '@broadstreet-sync/services';
import type { Run } from '../api-client.ts';
import { untilResumedMs } from '../job-events.ts';
import { withRedis } from '../lab.ts';
import { playExport, reached } from '../play-export.ts';
import { overRate } from '../rate.ts';
import type { Play, Scale, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const rate = 25;
const longestPauseMs = 10_000;

/** Redis loses everything in the middle of an import and of an export, and nobody gets more requests for it. */
export const emptiedRedis: Scenario = {
  name: 'emptied-redis',
  test: 10,
  fault: 'FLUSHALL in the middle of an import, and of an export',
  sizes: { short: { times: 1, entities: 60 }, full: { times: 5, entities: 300 } },
  play(play) {
    const pausesMs: number[] = [];
    return withRedis(play.lab, (redis) =>
      playExport(play, {
        settings: {
          redisUrl: redis.url,
          // Some lists to read, before the import of the export's own grounds.
          account: { account: 'L', scale: 0.2, settings: { latency_ms: 50, rate: { limit: rate + 1 } } },
          env: { BROADSTREET_RATE: String(rate) },
        },
        before: async (stage) => void pausesMs.push(...(await emptyInImport(stage, play))),
        during: async (exporting) => {
          for (const point of play.random.points(play.size.times, play.size.entities)) {
            await reached(exporting, point);
            pausesMs.push(...(await empty(exporting.stage, exporting.run)));
          }
        },
        times: async () => 2 * play.size.times,
        check: async ({ stage }) => [...(await overRate(stage, rate)), ...tooLong(pausesMs, play.scale)],
        notes: () => [`jobs ran again after ${pausesMs.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`],
      }),
    );
  },
};

/** Empties Redis; gives how long no job ran then, where the run was not over. */
async function empty(stage: Stage, run: Pick<Run, 'id'>): Promise<number[]> {
  const emptiedAt = Date.now();
  await stage.redis.flushall();
  const pauseMs = await untilResumedMs(stage, run, emptiedAt);
  return pauseMs === null ? [] : [pauseMs];
}

/** The time is told of both forms, and held to in the long one alone: tests run on busy machines. */
function tooLong(pausesMs: readonly number[], scale: Scale): string[] {
  if (pausesMs.length === 0) return ['no job ran again after a loss of Redis'];
  const longest = Math.max(...pausesMs);
  return scale === 'full' && longest > longestPauseMs ? [`no job ran for ${longest} ms after a loss of Redis`] : [];
}

/** Gives how long no job ran after each loss. */
async function emptyInImport(stage: Stage, { size, longestMs, random }: Play): Promise<number[]> {
  const { api, account } = stage;
  const pausesMs: number[] = [];
  const before = (await account.stats()).total;
  const run = await api.start('import');
  for (const point of random.points(size.times, 60)) {
    await waitUntil('The progress of the import', 120_000, async () => {
      return (await account.stats()).total - before >= point ? true : undefined;
    });
    pausesMs.push(...(await empty(stage, run)));
  }
  await api.endedAs('succeeded', run.id, longestMs);
  return pausesMs;
}
