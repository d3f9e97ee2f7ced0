import { hasLeftOver, type Settlement, type SyncContext, settleLeftOver, sweepLeftOver } from '@broadstreet-sync/sync';
import { createLoop, type Loop } from './loop.ts';

const lock = 'settle';
const everyMs = 5000;
/** A worker that dies at it keeps the others from it for no longer than this. */
const leaseMs = 20_000;
/** How long all workers leave the API alone that could not be asked, or refused the token. */
const pausesMs: Readonly<Record<Exclude<Settlement, 'done'>, number>> = { unreachable: 30_000, refused: 120_000 };

/**
 * Settles what runs that are over have left open. Every worker has one, and one of them at a time does the work: a lock
 * in the store says which, and for how long nobody is to try again.
 */
export function createSettler(context: SyncContext): Loop {
  const { store, owner, log } = context;
  const stopping = new AbortController();
  let notBefore = 0;

  async function settle(): Promise<void> {
    if (performance.now() < notBefore || !(await hasLeftOver(context))) return;
    if (!(await store.locks.take(lock, owner, leaseMs))) return;
    const settled = await settleLeftOver(context, stopping.signal);
    const settlement = settled === 'done' ? await sweepLeftOver(context, stopping.signal) : settled;
    if (settlement === 'done') return store.locks.release(lock, owner);
    // The lock is kept, so that no other worker asks meanwhile.
    notBefore = performance.now() + pausesMs[settlement];
    await store.locks.take(lock, owner, pausesMs[settlement]);
  }

  const loop = createLoop(everyMs, settle, (error) =>
    log.warn({ err: error }, 'could not settle what runs have left open'),
  );
  return {
    start: loop.start,
    async stop() {
      stopping.abort();
      await loop.stop();
      await store.locks.release(lock, owner);
    },
  };
}
