import { existsSync } from 'node:fs';
import { readSettings } from '@broadstreet-sync/runtime';
import { runCommand } from '@broadstreet-sync/services';
import type { Browser } from 'playwright-core';
import { z } from 'zod';

const commands = ['chromium', 'chromium-browser', 'google-chrome'];
const settings = z.object({ CHROMIUM_PATH: z.string().optional() });

/**
 * The path of a Chromium.
 *
 * @param installed where Playwright puts its own
 * @throws Error that says what to install where there is none
 */
async function findChromium(installed: string): Promise<string> {
  const { CHROMIUM_PATH } = readSettings(settings);
  if (CHROMIUM_PATH !== undefined) return CHROMIUM_PATH;
  const { stdout } = await runCommand('/bin/sh', ['-c', commands.map((name) => `command -v ${name}`).join(' || ')]);
  if (stdout !== '') return stdout.trim();
  if (existsSync(installed)) return installed;
  throw new Error(
    `No browser: install the package chromium (on the PATH as ${commands.join(' or ')}), run "npx playwright-core install chromium", or set CHROMIUM_PATH.`,
  );
}

/** A real browser that shows nothing and asks nobody but who it is sent to. */
export async function openBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  // Heavy, and of use to few tests.
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: await findChromium(chromium.executablePath()), args });
}
