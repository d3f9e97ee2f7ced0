import { kindNames } from '@broadstreet-sync/domain';
import { takePicture } from '@broadstreet-sync/testkit';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seriousFindings } from './accessibility.ts';
import { type Dashboard, viewport } from './dashboard.ts';

const listed = z.array(z.object({ id: z.union([z.number(), z.string()]) }));

/** Whether a page would have to be scrolled sideways. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

/** Tables of a page that have to be scrolled sideways, by their labels. */
function tooWideTables(page: Page): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll('table')]
       .filter(({ parentElement: box }) => box.scrollWidth > box.clientWidth)
       .map((table) => table.getAttribute('aria-label'))`,
  );
}

/** What is asked of every page: pictures, accessibility, width. */
export function describeEveryPage(dashboard: () => Dashboard): void {
  describe('every page', () => {
    let t: Dashboard;

    const pages = [
      '/',
      '/local-only',
      '/runs',
      '/schedules',
      '/conflicts',
      '/history',
      '/duplicates',
      '/performance',
      '/settings',
      '/keys',
      '/audit',
      ...kindNames.map((kind) => `/${kind}`),
    ];

    beforeAll(async () => {
      t = dashboard();
      const network_id = t.network;
      const advertiser_id = await t.makeLocal('advertisers', { name: 'Lighthouse Coffee', network_id });
      await t.makeLocal('advertisers', {
        name: 'Old Mill Bakery',
        network_id,
        web_home_url: 'https://oldmill.example',
      });
      const zone_id = await t.makeLocal('zones', { name: 'Homepage Banner', alias: 'home-banner', network_id });
      const ad = { name: 'Winter roast', type: 'static', destination: 'https://lighthouse.example/winter' };
      const advertisement_id = await t.makeLocal('advertisements', { ...ad, network_id, advertiser_id });
      const dates = { start_date: '2026-12-01', end_date: '2026-12-31' };
      const campaign_id = await t.makeLocal('campaigns', { name: 'Winter roast, December', advertiser_id, ...dates });
      await t.makeLocal('placements', { campaign_id, advertisement_id, zone_id });
      await t.makeLocal('campaigns', { name: 'Spring roast', advertiser_id });
    });

    async function look(path: string, name: string): Promise<void> {
      const { page } = t;
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await t.go(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached' });
        await takePicture(page, `${name}-${colorScheme}`);

        expect(await seriousFindings(page)).toEqual([]);
      }
    }

    it.each(pages)('%s has no serious finding of accessibility, light and dark', async (path) => {
      await look(path, path.slice(1) || 'home');
    });

    it('of a run and of an entity has none either', async () => {
      const [run] = listed.parse((await t.ask('GET', '/api/runs?operation=import&limit=1')).items);
      const [entity] = listed.parse((await t.ask('GET', '/api/advertisers?q=Harbour')).items);

      await look(`/runs/${run?.id}`, 'run');
      await look(`/advertisers/${entity?.id}`, 'entity');
    });

    it('has dialogs that have none', async () => {
      const { page } = t;
      const [campaign] = listed.parse((await t.ask('GET', '/api/campaigns?limit=1')).items);
      await t.go(`/campaigns/${campaign?.id}`);
      for (const name of ['Many in a grid', 'Edit', 'Duplicate', 'New placement']) {
        await page.getByRole('button', { name, exact: true }).click();
        await page.getByRole('dialog').waitFor();
        expect(await seriousFindings(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
    });

    it('has a title of its own, and no table that is cut off on a small laptop', async () => {
      const { page } = t;
      await page.setViewportSize({ width: 1280, height: 800 });
      const titles = new Set<string>();
      const [run] = listed.parse((await t.ask('GET', '/api/runs?operation=import&limit=1')).items);
      const preview = await t.ask('POST', '/api/sync/local-all?wait=60', { dry_run: true });
      const ofRuns = [
        `/runs/${run?.id}?tab=tasks`,
        `/runs/${run?.id}?tab=changes`,
        `/runs/${String(preview.id)}?tab=plan`,
        `/runs/${String(preview.id)}?tab=errors`,
      ];
      for (const path of [...pages, ...ofRuns]) {
        await t.go(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached' });
        if (pages.includes(path)) titles.add(await page.title());

        expect([path, await tooWideTables(page)]).toEqual([path, []]);
      }
      await page.setViewportSize(viewport);

      expect(titles.size).toBe(pages.length);
    });

    it('of what does not exist says so, and what to do', async () => {
      // Beside the page whose every refused request is a fault.
      const other = await t.page.context().newPage();
      await other.goto(`${t.url}/zones/99999999`);

      await other.getByText('This zone is not here').waitFor();
      await other.getByRole('button', { name: 'Import zones from Broadstreet' }).waitFor();
      await other.goto(`${t.url}/nosuch`);
      await other.getByText('Nothing is at this address').waitFor();
      await other.close();
    });

    it('fits a narrow screen', async () => {
      const { page } = t;
      await page.setViewportSize({ width: 390, height: 800 });
      for (const path of pages) {
        await t.go(path);
        await page.getByRole('heading', { level: 1 }).waitFor();

        expect([path, await isTooWide(page)]).toEqual([path, false]);
      }
      await page.setViewportSize(viewport);
    });
  });
}
