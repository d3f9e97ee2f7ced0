import type { TaskDocument } from '@broadstreet-sync/store';

/**
 * Says whether a task sends again what failed on the way or at the host: such requests are bounded, since they burden a host
 * that fails. What was answered oddly is asked for once more whatever else goes on.
 */
export function isRepetition({ attempts, error }: Pick<TaskDocument, 'attempts' | 'error'>): boolean {
  return attempts > 0 && error?.category === 'network';
}
