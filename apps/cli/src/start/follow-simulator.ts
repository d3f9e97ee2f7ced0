import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStore } from '@broadstreet-sync/store';

/**
 * The demo's account lies in its folder, on whatever port its simulator listens: a store that was filled from it at the
 * address of the last start learns the present one, which else would be another account to it.
 *
 * @param url base URL of the API that the simulator is
 */
export async function followSimulator(folder: string, mongoUri: string, url: string): Promise<void> {
  const file = join(folder, 'simulator-url');
  const last = existsSync(file) ? readFileSync(file, 'utf8').trim() : url;
  if (last !== url) await moveAccount(mongoUri, last, url);
  writeFileSync(file, `${url}\n`);
}

async function moveAccount(mongoUri: string, from: string, to: string): Promise<void> {
  const store = await createStore(mongoUri);
  try {
    await store.account.move(from, to);
  } finally {
    await store.close();
  }
}
