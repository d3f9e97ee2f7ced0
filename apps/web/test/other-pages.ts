import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Dashboard } from './dashboard.ts';

/** The pages beside those of entities and runs. */
export function describeOtherPages(dashboard: () => Dashboard): void {
  let t: Dashboard;
  beforeAll(() => {
    t = dashboard();
  });

  describe('the first page', () => {
    it('is of less than 250 kB, compressed', async () => {
      const page = await t.page.context().newPage();
      const sizes: Promise<number>[] = [];
      page.on('response', (answer) => {
        if (/\.(js|css)$/.test(new URL(answer.url()).pathname))
          sizes.push(answer.body().then((body) => gzipSync(body).length));
      });
      await page.goto(t.url);
      await page.getByRole('table', { name: 'Entities by kind' }).waitFor();
      await page.close();
      const all = await Promise.all(sizes);

      expect(all.length).toBeGreaterThan(2);
      expect(all.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
    });
  });

  describe('what was changed, and what is there twice', () => {
    it('is found on the pages of history and duplicates, narrowed and by network', async () => {
      const { page } = t;
      await t.go('/history');
      await page.getByLabel('Change').selectOption('changed');
      await page
        .getByRole('row', { name: /changed zone Seen before .* an import/ })
        .first()
        .waitFor();
      await page.getByLabel('Kind').selectOption('Campaigns');
      await page.waitForURL(/kind=campaigns/);

      await t.go(`/duplicates?kind=zones&network=${t.network}`);
      const table = page.getByRole('table', { name: 'Duplicates' });
      const { items } = await t.ask('GET', `/api/duplicates?kind=zones&root=${t.network}`);
      const [first] = z.array(z.object({ ids: z.array(z.number()) })).parse(items);
      await table.getByRole('link', { name: `#${first?.ids[0]}` }).click();
      await page.waitForURL(new RegExp(`/zones/${first?.ids[0]}`));
    });
  });

  describe('the settings', () => {
    it('show where the API and its worker stand, no secret, and whether Broadstreet answers', async () => {
      const { page } = t;
      await t.go('/settings');
      await page.getByRole('row', { name: /process \d+ .* yes$/ }).waitFor();
      await page.getByRole('button', { name: 'Test the connection' }).click();
      await page.getByText(/Broadstreet answers in .*, and shows \d+ networks/).waitFor();

      expect(await page.content()).not.toContain(t.bed.env.BROADSTREET_ACCESS_TOKEN);
    });
  });
}
