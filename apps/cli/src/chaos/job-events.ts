import { waitUntil } from '@broadstreet-sync/services';
import type { Run } from './api-client.ts';
import type { Stage } from './stage.ts';

/** What happened to a job, as BullMQ itself writes it into a stream for each queue. */
export interface JobEvent {
  /** Queue and id. */
  readonly job: string;
  readonly event: string;
  /** By the clock of Redis. */
  readonly at: number;
}

/** All that Redis knows of jobs, the earliest first within a queue. */
export async function jobEvents({ redis, queuePrefix }: Pick<Stage, 'redis' | 'queuePrefix'>): Promise<JobEvent[]> {
  const streams = await redis.keys(`${queuePrefix}:*:events`);
  const read = streams.map(async (stream) => {
    const entries = await redis.xrange(stream, '-', '+');
    return entries.flatMap(([id, values]): JobEvent[] => {
      const fields = new Map(values.flatMap((value, at) => (at % 2 === 0 ? [[value, values[at + 1] ?? '']] : [])));
      const [event, job] = [fields.get('event'), fields.get('jobId')];
      if (event === undefined || job === undefined) return [];
      return [{ job: `${stream} ${job}`, event, at: Number(id.split('-')[0]) }];
    });
  });
  return (await Promise.all(read)).flat();
}

/**
 * How long it took, after Redis was emptied, until a worker began a job again; null where the run ended without one. What
 * was at work before says nothing: what it holds is gone, and so are its events.
 */
export async function untilResumedMs(stage: Stage, { id }: Pick<Run, 'id'>, emptiedAt: number): Promise<number | null> {
  return waitUntil('A job after the loss of Redis', 120_000, async () => {
    const begun = (await jobEvents(stage)).filter(({ event, at }) => event === 'active' && at >= emptiedAt);
    if (begun.length > 0) return Math.min(...begun.map(({ at }) => at)) - emptiedAt;
    return (await stage.api.run(id)).ended_at === null ? undefined : null;
  });
}
