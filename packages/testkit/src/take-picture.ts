import { join } from 'node:path';
import { readSettings } from '@broadstreet-sync/runtime';
import type { Page } from 'playwright-core';
import { z } from 'zod';

// The pictures in docs/screenshots are those that the dashboard's tests take:
//   PICTURES=docs/screenshots npm test -- apps/web

/** Takes a picture of what a browser shows, into the folder PICTURES; does nothing where that is not set. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const { PICTURES: folder } = readSettings(z.object({ PICTURES: z.string().optional() }));
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}
