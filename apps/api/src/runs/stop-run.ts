import { hasEnded } from '@broadstreet-sync/domain';
import type { RunDocument, Store } from '@broadstreet-sync/store';
import { within } from '../http/patience.ts';
import { notFound, ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';

/** @throws ProblemError `not_found` */
export async function findRun(store: Pick<Store, 'runs'>, id: string): Promise<RunDocument> {
  const run = await store.runs.get(id);
  if (run === null) throw notFound(`There is no run ${id}.`);
  return run;
}

/**
 * Asks a run to stop; asking again is as good as once.
 *
 * @throws ProblemError `not_found`, `run_ended`, or `run_publishing`, which is always completed
 */
export async function stopRun(
  { store, queues, log }: Pick<ApiParts, 'store' | 'queues' | 'log'>,
  id: string,
): Promise<RunDocument> {
  const stopped = await store.runs.requestStop(id, 'cancelled', null);
  if (stopped === null) return explainRefusal(await findRun(store, id));
  if (hasEnded(stopped.status)) return stopped;
  await within(400, queues.cancelRun(stopped)).catch((err: unknown) => {
    log.warn({ err, run: id }, 'the wish to stop is stored; the queues will follow later');
  });
  return stopped;
}

function explainRefusal(run: RunDocument): RunDocument {
  if (run.status === 'publishing') {
    const detail = `The run ${run._id} is publishing, which is always completed: wait for its end.`;
    throw new ProblemError({ code: 'run_publishing', detail });
  }
  if (hasEnded(run.status)) {
    const detail = `The run ${run._id} has ended as ${run.status}: there is nothing left to stop.`;
    throw new ProblemError({ code: 'run_ended', detail });
  }
  return run;
}
