import type { Store } from '@broadstreet-sync/store';
import { storeAway } from './to-problem.ts';

/** After this time an answer that is not ready makes us ask whether MongoDB is there at all. */
const firstLookMs = 1500;
const answerWithinMs = 1000;

/** Rejects with a `TimeoutError` when the work takes longer. What it comes to afterwards is of no interest. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException(`No answer within ${ms} ms`, 'TimeoutError')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Whether something that may hang or fail succeeds in that time. */
export async function succeedsWithin(ms: number, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await within(ms, work());
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits for work that needs MongoDB, but not for ever: while it takes long, asks whether MongoDB still answers.
 *
 * @param isOver gives up asking once true
 * @throws ProblemError `store_away`, though the driver itself would wait longer
 */
export async function untilStoreIsAway<T>(store: Store, work: Promise<T>, isOver: () => boolean): Promise<T> {
  const settled = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  for (;;) {
    const outcome = await firstOf(firstLookMs, settled);
    if (outcome !== null) {
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    }
    if (!isOver() && !(await succeedsWithin(answerWithinMs, () => store.ping()))) throw storeAway();
  }
}

/** What the work comes to; null when it takes longer. */
function firstOf<T>(ms: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, null);
    void work.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
