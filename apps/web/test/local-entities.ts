import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seriousFindings } from './accessibility.ts';
import type { Dashboard } from './dashboard.ts';

const listed = z.array(z.looseObject({ _id: z.string(), name: z.string() }));
/** The smallest image there is. */
const image = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** What is prepared by hand: many at once, by what they hang on, with an image. */
export function describeLocalEntities(dashboard: () => Dashboard): void {
  describe('local entities', () => {
    let t: Dashboard;
    let advertiser: string;
    beforeAll(async () => {
      t = dashboard();
      advertiser = await t.makeLocal('advertisers', { name: 'Bulk Foods', network_id: t.network });
      for (const name of ['Bulk one', 'Bulk two', 'Bulk three']) {
        await t.makeLocal('campaigns', { name, advertiser_id: advertiser, start_date: '2027-01-01' });
      }
    });

    it('are all chosen that fit a search, and get the same value at once', async () => {
      const { page } = t;
      await t.go('/local-only?q=Bulk');
      await page.getByLabel('Select Bulk one').check();
      await page.getByRole('button', { name: 'Select all 3 that fit' }).click();
      await page.getByText('3 selected').waitFor();
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByRole('dialog').getByLabel('Field').selectOption('Start');
      await page.getByRole('dialog').getByLabel('New value').fill('2027-02-03');
      await page.getByRole('button', { name: 'Change 3' }).click();
      await page.getByText('3 changed here.').waitFor();

      const { items } = await t.ask('GET', '/api/local/campaigns?q=Bulk');
      const dates = listed.parse(items).map(({ start_date: date }) => date);
      expect(dates).toEqual(['2027-02-03', '2027-02-03', '2027-02-03']);
    });

    it('stand as a tree below what they hang on', async () => {
      const { page } = t;
      await t.go('/local-only?view=tree');
      const branch = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Bulk Foods' }) });
      await branch.last().getByRole('link', { name: 'Bulk two' }).waitFor();

      expect(await seriousFindings(page)).toEqual([]);
    });

    it('are copied with their dates changed', async () => {
      const { page } = t;
      const [campaign] = listed.parse((await t.ask('GET', '/api/local/campaigns?q=Bulk%20one')).items);
      await t.go(`/campaigns/${campaign?._id}`);
      await page.getByRole('button', { name: 'Duplicate' }).click();
      await page.getByRole('dialog').getByLabel('Start').fill('2027-05-01');
      await page.getByRole('button', { name: 'Save the copy as local' }).click();
      await page.getByRole('heading', { name: 'Bulk one (copy)' }).waitFor();

      const [copy] = listed.parse((await t.ask('GET', '/api/local/campaigns?q=Bulk%20one%20(copy)')).items);
      expect(copy?.start_date).toBe('2027-05-01');
    });

    it('say before they are deleted what goes with them', async () => {
      const { page } = t;
      await t.go(`/advertisers/${advertiser}`);
      await page.getByRole('button', { name: 'Delete' }).click();

      await page.getByRole('dialog').getByText('Deleted with it: 4 campaigns.').waitFor();
      await page.getByRole('button', { name: 'Keep it' }).click();
    });

    it('take an image, and show it as it is sent', async () => {
      const { page } = t;
      await t.go(`/advertisers/${advertiser}`);
      await page.getByRole('button', { name: 'New advertisement' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('With an image');
      await dialog.getByLabel('Type').selectOption('static');
      await dialog.locator('input[type=file]').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: image });
      await dialog.getByText(/a\.txt is no image/).waitFor();
      await dialog.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: image });
      await dialog.getByRole('img', { name: 'As it will be sent' }).waitFor();
      await dialog.getByRole('button', { name: 'Save as local' }).click();
      await dialog.waitFor({ state: 'detached' });

      const { items } = await t.ask('GET', '/api/local/advertisements?q=With%20an%20image');
      expect(listed.parse(items)).toMatchObject([{ active_base64: image.toString('base64') }]);
    });
  });
}
