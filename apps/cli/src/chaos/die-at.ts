import { type CrashPoint, crashPoints } from '@broadstreet-sync/domain';
import { waitUntil } from '@broadstreet-sync/services';
import type { Worker } from './crew.ts';
import type { Exporting } from './play-export.ts';
import type { Play } from './scenario.ts';
import type { Stage } from './stage.ts';

const [, ...afterRemoval] = crashPoints.sweeping;
/** Come to once for each kind, or each task: who takes over goes on from there. */
const onceOnly: readonly CrashPoint[] = [crashPoints.sending[0], ...afterRemoval];

/** Each point so many times, one point after the other. */
export function oneByOne(points: readonly CrashPoint[], times: number): CrashPoint[] {
  return points.flatMap((point) => Array.from({ length: times }, () => point));
}

/** The points in turn, so many times. */
export function inTurns(points: readonly CrashPoint[], times: number): CrashPoint[] {
  return Array.from({ length: times }, () => points).flat();
}

/**
 * One worker after the other, each alone, dies at a named point of an export; at last one is left to live. Each dies when
 * it has come there a few times: if all died at their first task, it would be the same again and again, and would be taken
 * for poison, which it is not.
 *
 * @param fewest how often a worker comes to the point at least, the last time to die there
 */
export async function dieAtEach(
  { stage, run }: Pick<Exporting, 'stage' | 'run'>,
  { longestMs, random }: Play,
  points: readonly CrashPoint[],
  fewest = 1,
): Promise<void> {
  for (const [at, point] of points.entries()) {
    const nth = onceOnly.includes(point) ? 1 : fewest + random.below(3);
    const worker = await stage.crew.start({ BROADSTREET_TEST_CRASH: `${point}:${nth}` });
    const died = await endOf(worker, stage, run.id, longestMs);
    if (!died) throw new Error(`The export ended before worker ${at + 1} of ${points.length} had died at ${point}.`);
  }
  await stage.crew.start();
}

/** Says whether a worker dies before the run ends. */
async function endOf(worker: Worker, { db }: Stage, runId: string, longestMs: number): Promise<boolean> {
  let hasDied = false;
  void worker.ended.then(({ signal }) => {
    hasDied = signal === 'SIGKILL';
  });
  const over = { _id: { $eq: runId }, ended_at: { $ne: null } };
  return waitUntil('The death of a worker', longestMs, async () => {
    if (hasDied) return true;
    return (await db.collection<{ _id: string }>('runs').countDocuments(over)) > 0 ? false : undefined;
  });
}
