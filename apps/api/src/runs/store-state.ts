import type { Store } from '@broadstreet-sync/store';
import { keepFor } from '../http/keep-for.ts';

/** Whether MongoDB takes writes: it may answer every question and have no room on its disk. */
export function createStoreState({ locks }: Pick<Store, 'locks'>): () => Promise<boolean> {
  return keepFor(2000, 1500, false, async () => {
    await locks.probe();
    return true;
  });
}
