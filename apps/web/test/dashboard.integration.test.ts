import { eventually } from '@broadstreet-sync/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seriousFindings } from './accessibility.ts';
import { type Dashboard, openDashboard } from './dashboard.ts';
import { describeEveryPage, isTooWide } from './every-page.ts';
import { describeImports } from './imports.ts';
import { describeLocalEntities } from './local-entities.ts';
import { describeOtherPages } from './other-pages.ts';

let t: Dashboard;

beforeAll(async () => {
  t = await openDashboard();
});
afterAll(() => t.close());

describe('a new user', () => {
  it('is told to import, imports by the one button, and sees what came', async () => {
    const { page } = t;
    await t.go('/');
    await page.getByText('Start here').waitFor();
    await page.locator('main').getByRole('button', { name: 'Import from Broadstreet' }).click();

    await page.getByText('Import succeeded').waitFor();
    await page.getByText('Start here').waitFor({ state: 'detached' });
    const rows = await page.getByRole('table', { name: 'Entities by kind' }).getByRole('row').allTextContents();
    const { advertisers } = await t.bed.remote.state();
    expect(rows.join('\n')).toContain(`Advertisers${advertisers.length}`);
  });
});

describe('a local advertiser', () => {
  it('is made, exported by one press, and found as synced', async () => {
    const { page } = t;
    await t.go('/advertisers');
    await page.getByRole('button', { name: 'New advertiser' }).click();
    await page.getByRole('button', { name: 'Choose a network …' }).click();
    await page.getByRole('option').first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Harbour Books');
    await page.getByRole('button', { name: 'Save as local' }).click();
    await page.getByRole('table', { name: 'Advertisers' }).getByText('🏠 Local').waitFor();

    await t.go('/local-only');
    await page.click('[data-testid="sync-all-button"]');
    await page.locator('[data-testid="sync-success"]').waitFor();
    await t.go('/advertisers');
    const synced = page.locator('[data-testid="synced-entity"]');
    await synced.waitFor();

    expect(await synced.textContent()).toContain('Harbour Books');
    expect(await synced.textContent()).toContain('✅ Synced');
    expect((await t.bed.remote.state()).advertisers.filter(({ name }) => name === 'Harbour Books')).toHaveLength(1);
  });
});

describeEveryPage(() => t);

describe('an export of which a part cannot be done', () => {
  it('says so with counts, leaves the reason on the row, and is no success', async () => {
    const { page } = t;
    await t.makeLocal('advertisers', { name: 'Café <img src=x onerror=alert(1)>', network_id: t.network });
    await t.makeLocal('campaigns', { name: `متجر 📚 ${'long '.repeat(1000)}` });
    await t.go('/local-only');
    await page.click('[data-testid="sync-all-button"]');

    const partial = page.locator('[data-testid="sync-partial"]');
    await partial.waitFor();
    expect(await partial.textContent()).toMatch(/: 7 new, 2 not exported/);
    expect(await page.locator('[data-testid="sync-success"]').count()).toBe(0);
    await page.getByText('Advertiser is required before it can be exported').waitFor();
    await partial.getByRole('button', { name: 'Dismiss' }).click();
    await partial.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('table', { name: 'Local campaigns' }).waitFor();
    expect(await partial.count()).toBe(0);
  });

  it('shows names as text, however they are written', async () => {
    const { page } = t;
    await t.go('/advertisers');

    const row = page.getByRole('row', { name: 'Café <img src=x onerror=alert(1)>' });
    expect(await row.locator('img').count()).toBe(0);
    expect(await isTooWide(page)).toBe(false);
  });

  it('is grouped by what went wrong on the page of the run', async () => {
    const { page } = t;
    await t.go('/runs');
    await page
      .getByRole('row', { name: /partly done/ })
      .getByRole('link', { name: 'Export' })
      .click();
    await page.getByRole('tab', { name: 'Errors (2)' }).click();

    await page.getByText('1 × Something is missing').first().waitFor();
    await page.getByRole('button', { name: 'Retry this campaign' }).first().waitFor();
  });
});

describe('a preview', () => {
  it('shows each request and what can never be undone, and exports exactly that', async () => {
    const { page } = t;
    await t.makeLocal('zones', { name: 'Homepage Top', network_id: t.network });
    await t.go('/local-only');
    await page.getByRole('button', { name: 'Preview' }).click();

    const plan = page.getByRole('table', { name: 'What would be sent' });
    await plan.getByRole('row', { name: /create zone Homepage Top/ }).waitFor();
    await plan.getByText(`POST /zones?network_id=${t.network}`).waitFor();
    // By the names of what it hangs on, and with fields as the page calls them.
    await plan.getByRole('row', { name: /read the names of zones of network \S/ }).waitFor();
    await plan.getByText('“Advertiser” is required before it can be exported').waitFor();
    await page.getByRole('button', { name: 'Export exactly this' }).click();
    await page.locator('[data-testid="sync-partial"]').waitFor();
    expect((await t.bed.remote.state()).zones.filter(({ name }) => name === 'Homepage Top')).toHaveLength(1);
  });
});

describe('a network that is to be created', () => {
  it('is created only where it was confirmed', async () => {
    const { page } = t;
    await t.makeLocal('networks', { name: 'Second site' });
    await t.go('/local-only');
    await page.getByLabel(/Also create 1 network/).check();
    await page.click('[data-testid="sync-all-button"]');
    await page.locator('[data-testid="sync-partial"]').waitFor();

    await eventually(async () => (await t.bed.remote.state()).networks.some(({ name }) => name === 'Second site'));
  });
});

describe('a list', () => {
  it('is searched, sorted and narrowed on the server, and keeps that in its address', async () => {
    const { page } = t;
    await t.go('/campaigns');
    await page.getByLabel('Search campaigns by name').fill('a');
    await page.waitForURL(/q=a/);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL(/sort=start_date/);
    await page.getByLabel('Status').selectOption('From the API');
    await page.waitForURL(/origin=api/);
    const shown = page.getByRole('table', { name: 'Campaigns' }).getByRole('row');
    const before = await eventually(async () => {
      const texts = await shown.allTextContents();
      return texts.length > 2 && !texts.some((text) => text.includes('🏠')) ? texts : undefined;
    });
    await page.reload();
    await shown.nth(1).waitFor();

    expect(await page.getByLabel('Search campaigns by name').inputValue()).toBe('a');
    expect((await shown.allTextContents()).length).toBe(before.length);
  });

  it('is limited to the network that was chosen for every page', async () => {
    const { page } = t;
    await t.go(`/zones?network=${t.network}`);
    await page.getByRole('table', { name: 'Zones' }).waitFor();
    const zones = (await t.bed.remote.state()).zones.filter(({ network_id }) => network_id === t.network);
    await page.getByText(`of ${zones.length.toLocaleString()}`).waitFor();

    await page.getByRole('link', { name: 'Advertisers' }).click();
    await page.waitForURL(new RegExp(`/advertisers\\?network=${t.network}`));
  });
});

describe('an entity', () => {
  it('is edited with what is not sent yet shown, and deleted with the next export', async () => {
    const { page } = t;
    await t.go('/advertisers?q=Harbour');
    await page.getByRole('link', { name: 'Harbour Books' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Website').fill('https://harbour.example');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Edited here, and sent with the next export').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete with the next export' }).click();
    await page.getByText('The next export deletes it in Broadstreet, with what hangs on it.').waitFor();
    // While it fades the dialog has a button of that name too.
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Edit' }).waitFor();
  });

  it('that was edited here and there is decided about', async () => {
    const { page } = t;
    const id = Number((await t.bed.remote.state()).zones[0]?.id);
    await t.ask('PATCH', `/api/zones/${id}`, { name: 'Edited here' });
    await t.bed.remote.edit({ kind: 'zones', op: 'update', id, fields: { name: 'Edited there' } });
    await t.ask('POST', '/api/sync/zones?wait=60', { conflicts: 'manual' });

    await t.go('/');
    await page.getByRole('link', { name: 'decide which is kept' }).click();
    await page.getByRole('link', { name: 'Edited here', exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take this: Name, In Broadstreet' }).click();

    await page.getByText('Nothing waits for you to decide.').waitFor();
    expect(await t.ask('GET', `/api/zones/${id}`)).toMatchObject({ name: 'Edited there', sync: { edited: [] } });
  });

  it('is as before an import that is undone', async () => {
    const { page } = t;
    const zone = (await t.bed.remote.state()).zones[1];
    const id = Number(zone?.id);
    await t.bed.remote.edit({ kind: 'zones', op: 'update', id, fields: { name: 'Wrong' } });
    const run = await t.ask('POST', '/api/sync/zones?wait=60', { conflicts: 'manual' });
    expect(await t.ask('GET', `/api/zones/${id}`)).toMatchObject({ name: 'Wrong' });

    await t.go(`/runs/${String(run.id)}`);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 to be as before.').waitFor();
    await page.getByRole('button', { name: 'Undo the import' }).click();

    await page.getByRole('heading', { level: 1, name: 'Undo' }).waitFor();
    await eventually(async () => (await t.ask('GET', `/api/zones/${id}`)).name === zone?.name);
    await t.bed.remote.edit({ kind: 'zones', op: 'update', id, fields: { name: zone?.name } });
  });

  it('is found under its old address when it was local before', async () => {
    const { page } = t;
    const { items } = await t.ask('GET', '/api/advertisers?q=Harbour');
    const [entity] = Array.isArray(items) ? items : [];
    await t.go(`/advertisers/${entity.sync.original_local_id}`);

    await page.getByRole('heading', { name: 'Harbour Books' }).waitFor();
    await page.getByText('✅ Synced').first().waitFor();
  });
});

describe('many entities at once', () => {
  it('come from a file, after a look at each line', async () => {
    const { page } = t;
    const text = `Network,Name\n${t.network},From a file\nNowhere,Lost\n`;
    await t.go('/local-only');
    await page.getByRole('button', { name: 'From a CSV file' }).click();
    const file = { name: 'advertisers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('File', { exact: true }).setInputFiles(file);
    await page.getByText('No network is called “Nowhere”').waitFor();
    await page.getByText('1 of 2 lines can be saved').waitFor();
    await page.getByRole('button', { name: 'Save 1 as local' }).click();

    await page.getByRole('row', { name: /From a file/ }).waitFor();
  });

  it('are placements in a grid, of which none is made twice, and go along with a copy of their campaign', async () => {
    const { page } = t;
    const { items } = await t.ask('GET', '/api/campaigns?limit=1');
    const [campaign] = z.array(z.object({ id: z.number(), name: z.string() })).parse(items);
    await t.go(`/campaigns/${campaign?.id}`);
    await page.getByRole('button', { name: 'Many in a grid' }).click();
    const dialog = page.getByRole('dialog');
    const choicesOf = (title: RegExp) => dialog.getByRole('group', { name: title }).getByRole('checkbox');
    await choicesOf(/^Advertisements/)
      .first()
      .check();
    for (const at of [0, 1])
      await choicesOf(/^Zones/)
        .nth(at)
        .check();
    await dialog.getByText('1 advertisements × 2 zones = 2').waitFor();
    await dialog.getByRole('button', { name: 'Save 2 placements' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await dialog.getByLabel(/With its \d+ placements/).waitFor();
    await dialog.getByRole('button', { name: 'Save the copy as local' }).click();

    await page.getByRole('heading', { name: `${campaign?.name.trim()} (copy)` }).waitFor();
    await page.getByRole('table', { name: 'Placements' }).getByText('🏠 Local').first().waitFor();
  });
});

describe('a draft of what exists already', () => {
  it('is linked to it, side by side', async () => {
    const { page } = t;
    const [zone] = (await t.bed.remote.state()).zones;
    const id = await t.makeLocal('zones', { name: zone?.name, network_id: zone?.network_id, alias: 'linked' });
    await t.go(`/zones/${id}`);
    await page.getByRole('button', { name: 'It is this one' }).first().click();

    await page.getByText('✅ Synced').first().waitFor();
    expect((await t.bed.remote.state()).zones.filter(({ name }) => name === zone?.name)).toHaveLength(1);
  });
});

describe('drafts of what exists already', () => {
  it('are all linked by the export where that is wished, and none is made again', async () => {
    const { page } = t;
    const before = (await t.bed.remote.state()).zones;
    // The first is linked already.
    const zone = before.slice(1).find(({ name }) => before.filter((other) => other.name === name).length === 1);
    await t.makeLocal('zones', { name: zone?.name, network_id: zone?.network_id });
    await t.go('/local-only');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page
      .getByRole('link', { name: /in Broadstreet looks? like it: link it instead/ })
      .first()
      .waitFor();
    await page.getByLabel(/Link what is in Broadstreet already/).check();
    await page.click('[data-testid="sync-all-button"]');
    await page.locator('[data-testid="sync-partial"]').waitFor();

    expect((await t.bed.remote.state()).zones).toHaveLength(before.length);
  });
});

describeLocalEntities(() => t);
describeImports(() => t);
describeOtherPages(() => t);

describe('all of this', () => {
  it('was shown without an error, a warning or a request that failed', () => {
    expect(t.complaints).toEqual([]);
  });
});

describe('a run that is watched while the API and the worker are killed', () => {
  it('is shown to its end by the same page, as soon as they are back', async () => {
    const { page, bed } = t;
    await bed.remote.changeSettings({ latency_ms: 400 });
    await t.go('/runs');
    await page.getByRole('button', { name: 'Import from Broadstreet' }).click();
    await page.getByRole('button', { name: 'View running import' }).click();
    await page.getByRole('progressbar', { name: 'Campaigns' }).waitFor();

    await t.restart();
    await bed.remote.changeSettings({ latency_ms: 1 });

    const heading = page.getByRole('heading', { level: 1 });
    await heading.getByText('succeeded').waitFor({ timeout: 90_000 });
    await page.getByText('no connection').waitFor({ state: 'detached' });
    const items = z.array(z.object({ status: z.string() })).parse((await t.ask('GET', '/api/runs?limit=1')).items);
    expect(items).toEqual([{ status: 'succeeded' }]);
  });
});
