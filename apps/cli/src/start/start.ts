import { createLogger, onShutdown } from '@broadstreet-sync/runtime';
import { bringUp } from './bring-up.ts';
import { createFamily } from './family.ts';
import { lockFolder } from './lock.ts';
import { planStart } from './plan.ts';

export interface StartOptions {
  /** Fetch no binary. */
  noDownload: boolean;
}

const say = (line: string) => console.log(line);

/**
 * Starts what the settings leave to us (stores, simulator) and a worker and the API, shows the way there, and stays
 * until it is stopped. Ends with 1 and the reason where a setting is wrong, a port taken, the data folder in use (all
 * found before anything starts), or where a process cannot be kept up.
 */
export async function start({ noDownload }: StartOptions): Promise<void> {
  const plan = planStart();
  const lock = await lockFolder(plan.folder).catch(giveUp);
  const family = createFamily({ logFolder: plan.logFolder, say });
  async function stopAll(): Promise<void> {
    await family.stop();
    lock.release();
  }
  onShutdown(createLogger({ name: 'start', level: 'silent' }), [
    { name: 'announcement', run: () => say('\nStopping …') },
    { name: 'everything', run: stopAll },
    { name: 'farewell', run: () => say('Stopped. The data is kept.') },
  ]);

  try {
    await Promise.race([bringUp({ plan, family, noDownload, say, isTakenOver: lock.isTakenOver }), family.failed]);
    await family.failed;
  } catch (error) {
    if (family.isStopping()) return;
    await stopAll();
    giveUp(error);
  }
}

function giveUp(error: unknown): never {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
