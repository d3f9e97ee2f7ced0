import { type Exporting, playExport, reached } from '../play-export.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';

/** All workers are replaced one after the other, in order, as by a new version. */
export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  test: 9,
  fault: 'a worker is told to stop, and another takes its place',
  sizes: { short: { times: 3, entities: 60 }, full: { times: 20, entities: 500 } },
  play(play) {
    const { random, size } = play;
    const wrong: string[] = [];
    return playExport(play, {
      workers: 3,
      settings: { account: { account: 'bare', settings: { latency_ms: 100 } } },
      during: async (exporting) => {
        wrong.push(...(await replaceAtProgress(exporting, random, random.points(size.times, size.entities))));
      },
      check: async (exporting) => [...wrong, ...(await stalledJobs(exporting))],
    });
  },
};

async function replaceAtProgress(exporting: Exporting, random: Random, points: readonly number[]): Promise<string[]> {
  const { crew } = exporting.stage;
  const wrong: string[] = [];
  for (const point of points) {
    await reached(exporting, point);
    const old = random.pick(crew.workers);
    await crew.start();
    const { code, signal } = await old.app.kill('SIGTERM');
    if (code !== 0) wrong.push(`a worker that was told to stop ended by ${signal ?? code}`);
  }
  return wrong;
}

/** Jobs that BullMQ found without a worker, by its own events. */
async function stalledJobs({ stage: { redis, queuePrefix } }: Exporting): Promise<string[]> {
  const streams = await redis.keys(`${queuePrefix}:*:events`);
  const entries = await Promise.all(streams.map((stream) => redis.xrange(stream, '-', '+')));
  const stalled = entries.flat().filter(([, fields]) => fields.includes('stalled'));
  if (streams.length === 0) return ['no events of the queues were found'];
  return stalled.length === 0 ? [] : [`${stalled.length} jobs stalled`];
}
