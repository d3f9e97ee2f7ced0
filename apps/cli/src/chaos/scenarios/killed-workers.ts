import { setTimeout as delay } from 'node:timers/promises';
import { type Exporting, playExport, reached } from '../play-export.ts';
import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';

/** Workers that die by SIGKILL at seeded instants of an export, each replaced by a new one. */
export const killedWorkers: Scenario = {
  name: 'killed-workers',
  test: 1,
  fault: 'a worker is killed at a random instant of an export',
  sizes: { short: { times: 4, entities: 60 }, full: { times: 50, entities: 500 } },
  play(play) {
    const { random, size } = play;
    return playExport(play, {
      workers: 3,
      settings: { account: { account: 'bare', settings: { latency_ms: 60, latency_jitter_ms: 60 } } },
      during: (exporting) => killAtProgress(exporting, random, random.points(size.times, size.entities)),
    });
  },
};

/**
 * Kills one of the workers each time the account has seen so many requests, and starts another in its place.
 *
 * @param points numbers of requests, in rising order
 * @param until what is waited for at each of them
 */
export async function killAtProgress(
  exporting: Exporting,
  random: Random,
  points: readonly number[],
  until: (exporting: Exporting, point: number) => Promise<void> = reached,
): Promise<void> {
  const { crew } = exporting.stage;
  for (const point of points) {
    await until(exporting, point);
    await delay(random.below(120));
    await crew.kill(random.pick(crew.workers));
    await crew.start();
  }
}
