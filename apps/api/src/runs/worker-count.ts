import { keepFor } from '../http/keep-for.ts';
import type { ApiQueues } from '../parts.ts';

/** How many workers are connected; null when Redis does not say. */
export function createWorkerCount(queues: Pick<ApiQueues, 'countWorkers'>): () => Promise<number | null> {
  return keepFor<number | null>(1000, 300, null, async () => queues.countWorkers());
}
