import { buildDashboard } from '@broadstreet-sync/services';
import { openBrowser, type RunningApp, spawnApp, stopApps, takePicture, testBed } from '@broadstreet-sync/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { seriousFindings } from './accessibility.ts';

let api: RunningApp;
let browser: Browser;
const keys: Record<string, string> = {};
const faults: string[] = [];

const made = z.object({ key: z.string() });

/** As a person does: the first key by whoever is at this machine, the next by an admin. */
async function makeKey(role: string, by?: string): Promise<string> {
  const answer = await fetch(`${api.url}/api/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(by === undefined ? {} : { authorization: `Bearer ${by}` }) },
    body: JSON.stringify({ name: `Ada the ${role}`, role }),
  });
  return made.parse(await answer.json()).key;
}

beforeAll(async () => {
  await buildDashboard();
  [api, browser] = await Promise.all([
    spawnApp('api', { ...testBed().env, SECRET_KEY: 'k'.repeat(40), LOG_LEVEL: 'warn' }, 'test'),
    openBrowser(),
  ]);
  keys.admin = await makeKey('admin');
  keys.viewer = await makeKey('viewer', keys.admin);
});
afterAll(async () => {
  await browser.close();
  await stopApps();
});

/** Somebody who has never been here; what breaks on a page of his is noted, refusals before the log-in are not. */
async function somebody(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  return page;
}

async function logIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Access key').fill(key);
  await page.getByRole('button', { name: 'Log in' }).click();
}

it('asks a person for a key in place of any page, then shows that page, until the log-out', async () => {
  const page = await somebody();
  await page.goto(`${api.url}/runs`);
  await logIn(page, 'bss_wrong');
  await page.getByText('is not one of this installation').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takePicture(page, 'log-in');
  await logIn(page, keys.viewer ?? '');
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();

  expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Import from Broadstreet' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Logged in as Ada the viewer, viewer' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByLabel('Access key').waitFor();
  await page.context().close();
});

it('takes a viewer from the board to the log-in and back, where nothing can be done', async () => {
  const page = await somebody();
  await page.goto(`${api.url}/admin/queues/queue/sync`);
  await logIn(page, keys.viewer ?? '');
  await page.getByRole('link', { name: 'sync-api', exact: true }).first().waitFor();

  const { pathname } = new URL(page.url());
  const answer = await page.evaluate(
    `fetch('/admin/queues/api/queues/sync/pause', { method: 'PUT' }).then(({ status }) => status)`,
  );

  expect([pathname, answer]).toEqual(['/admin/queues/queue/sync', 405]);
  await page.context().close();
});

it('lets an admin make a key, revoke it, and see both in the audit trail', async () => {
  const page = await somebody();
  await page.goto(`${api.url}/keys`);
  await logIn(page, keys.admin ?? '');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name').fill('Nightly script');
  await page.getByLabel('Role').selectOption('viewer');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.getByTestId('new-key').textContent();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  const ask = () => fetch(`${api.url}/api/status`, { headers: { authorization: `Bearer ${key}` } });
  const before = await ask();
  await page.getByRole('button', { name: 'Revoke Nightly script' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('revoked just now').waitFor();
  const after = await ask();

  expect([before.status, after.status]).toEqual([200, 401]);
  expect(await page.content()).not.toContain(key ?? 'a key');
  await takePicture(page, 'keys');
  await page.getByRole('link', { name: 'Audit trail' }).click();
  await page.getByRole('cell', { name: 'DELETE /api/keys/' }).waitFor();
  await page.getByRole('cell', { name: 'POST /api/keys name, role' }).first().waitFor();
  await takePicture(page, 'audit');
  await page.context().close();
});

it('shows the API as a page that asks nobody else', async () => {
  const page = await somebody();
  const strangers = new Set<string>();
  page.on('request', (request) => strangers.add(new URL(request.url()).origin));
  await page.goto(`${api.url}/api/docs`);
  await logIn(page, keys.viewer ?? '');
  await page.getByText('Import entities of all kinds').waitFor();
  await takePicture(page, 'api-docs');

  expect([...strangers]).toEqual([api.url]);
  await page.context().close();
});

it('has no fault in its pages', () => {
  expect(faults).toEqual([]);
});
