import { isDeepStrictEqual } from 'node:util';
import type { RunView } from '@broadstreet-sync/contract';
import { kindNames, levels } from '@broadstreet-sync/domain';
import { readSettings } from '@broadstreet-sync/runtime';
import { eventually, openBrowser } from '@broadstreet-sync/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiClient } from './api-client.ts';
import { draftFew, layGrounds, makeDrafts } from './drafts.ts';
import { createSystem, type System } from './system.ts';

// The picture in the README is the one that is taken here:
//   PICTURE=docs/images/run-in-bull-board.png npm test -- apps/api/test/board

const { PICTURE: path } = readSettings(z.object({ PICTURE: z.string().optional() }));
/** Wide enough for eight columns of jobs at a size that can be read. */
const viewport = { width: 1950, height: 1150 };
const marginPx = 20;
/** The board's own lines are too pale for a picture that is shown small. */
const pictureStyle =
  '.react-flow__minimap { display: none } .react-flow__edge-path { stroke: #94a3b8 !important; stroke-width: 2 !important }';

let system: System;
let api: ApiClient;
let run: RunView;
let page: Page;
const closers: (() => Promise<void>)[] = [];
const pageErrors: string[] = [];
const strangers = new Set<string>();

beforeAll(async () => {
  const browser = await openBrowser();
  closers.push(() => browser.close());
  system = await createSystem();
  closers.push(() => system.close());
  await system.bed.remote.create({ account: 'bare' });
  const grounds = await layGrounds(system.bed.remote);
  [api] = await Promise.all([system.startApi(), system.startWorker()]);
  await api.ended((await api.start('/api/sync/all')).id);
  await makeDrafts(api, draftFew(grounds));
  run = await api.ended((await api.start('/api/sync/local-all')).id);
  page = await browser.newPage({ viewport });
  page.on('pageerror', ({ message }) => pageErrors.push(message));
  page.on('request', (request) => strangers.add(new URL(request.url()).origin));
  // The board asks for a font, which tests must not wait for.
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort());
});

afterAll(async () => {
  for (const close of closers) await close();
});

describe('Bull Board', () => {
  it('lists both queues and says whose account it is', async () => {
    await page.goto(`${api.app.url}/admin/queues`);

    await page.getByRole('link', { name: 'sync', exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'sync-api', exact: true }).first().waitFor();
    await page.getByText(/^DEMO 127\.0\.0\.1:\d+, all networks$/).waitFor();
  });

  it('shows a run as a tree of levels, kinds and tasks', async () => {
    await openFlow();

    const names = (await page.locator('.react-flow__node').allInnerTexts()).map((text) => text.split('\n', 1)[0]);
    const gates = levels.map((kinds, at) => `level ${at + 1}: ${kinds.map(({ name }) => name).join(', ')}`);
    const ends = ['removals', 'sweep: look for late commits', `export ${run.id}`];
    expect(names).toEqual(expect.arrayContaining([...gates, ...ends]));
    expect(names).toEqual(expect.arrayContaining(kindNames.map((kind) => `export ${kind}`)));
    const tasks = ['create advertiser "Luna"', 'create zone "Side"', 'create zone "Top"', 'create campaign "Spring"'];
    expect(names).toEqual(expect.arrayContaining(tasks));
    // Each job but the run's own hangs on one other.
    expect(await page.locator('.react-flow__edge').count()).toBe(names.length - 1);
  });

  it('makes a picture that can be read', async () => {
    await openFlow();
    await page.getByLabel('Expand the flow to fullscreen').click();
    await page.locator('.react-flow__controls button').nth(2).click();
    await page.addStyleTag({ content: pictureStyle });
    const clip = await eventually(standingFrame);

    const picture = await page.screenshot({ clip, ...(path === undefined ? {} : { path }) });

    expect(clip.width).toBeGreaterThan(1300);
    expect(picture.byteLength).toBeLessThan(300_000);
  });

  it('has no fault in its pages, and asks nobody else but for a font', () => {
    expect(pageErrors).toEqual([]);
    expect([...strangers].sort()).toEqual([api.app.url, 'https://fonts.googleapis.com'].sort());
  });
});

async function openFlow(): Promise<void> {
  await page.goto(`${api.app.url}/admin/queues/queue/sync/run-${run.id}-1`);
  await page.locator('.react-flow__node', { hasText: 'create zone "Top"' }).waitFor();
}

/** What surrounds all jobs; undefined while they move. */
async function standingFrame() {
  const before = await frame();
  const after = await frame();
  return isDeepStrictEqual(before, after) && after.width > 0 ? after : undefined;
}

async function frame() {
  const found = await Promise.all((await page.locator('.react-flow__node').all()).map((node) => node.boundingBox()));
  const boxes = found.filter((box) => box !== null);
  const x = Math.min(...boxes.map((box) => box.x)) - marginPx;
  const y = Math.min(...boxes.map((box) => box.y)) - marginPx;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + marginPx;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + marginPx;
  return { x, y, width: right - x, height: bottom - y };
}
