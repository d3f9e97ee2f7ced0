import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seriousFindings } from './accessibility.ts';
import type { Dashboard } from './dashboard.ts';

/** What is done with imports beside running them: previews, fresh ones, lists that are held. */
export function describeImports(dashboard: () => Dashboard): void {
  describe('an import', () => {
    let t: Dashboard;
    beforeAll(() => {
      t = dashboard();
    });

    it('is previewed from its menu, and published as it was seen', async () => {
      const { page } = t;
      const zone = (await t.bed.remote.state()).zones[2];
      const id = Number(zone?.id);
      await t.bed.remote.edit({ kind: 'zones', op: 'update', id, fields: { name: 'Seen before' } });
      await t.go('/');
      await page.getByRole('button', { name: 'More imports' }).click();
      await page.getByRole('menuitem', { name: /^Preview/ }).click();
      await page.getByRole('heading', { level: 1 }).getByText('ready').waitFor();
      expect(await t.ask('GET', `/api/zones/${id}`)).toMatchObject({ name: zone?.name });

      await page.getByRole('button', { name: 'Publish this' }).click();
      await page
        .getByRole('dialog')
        .getByText(/Here: .*changed/)
        .waitFor();
      await page.getByRole('button', { name: 'Publish', exact: true }).click();
      await page.getByRole('heading', { level: 1 }).getByText('succeeded').waitFor();

      expect(await t.ask('GET', `/api/zones/${id}`)).toMatchObject({ name: 'Seen before' });
    });

    it('is of the network that was chosen for every page', async () => {
      const { page } = t;
      await t.go(`/?network=${t.network}`);
      await page.getByRole('heading', { name: 'Sync operations, of the chosen network' }).waitFor();
      await page.getByRole('button', { name: 'Import from Broadstreet' }).click();
      await page.getByText('Import succeeded').waitFor();
      const runs = z.array(z.object({ id: z.string(), filters: z.unknown() }));
      const [run] = runs.parse((await t.ask('GET', '/api/runs?limit=1')).items);
      // Not any: the page shows the import before until it has read that there is another.
      await page.locator(`a[href*="${run?.id}"]`, { hasText: 'Look at it' }).click();
      await page.getByText(/, only network \S/).waitFor();

      expect(run?.filters).toEqual({ network_id: t.network });
    });

    it('of which a list fails is grouped by what went wrong, and that alone is read again', async () => {
      const { page, bed } = t;
      await bed.remote.addFault({
        method: 'GET',
        route: '/zones',
        query: { network_id: t.network },
        fault: { type: 'status', status: 422 },
      });
      const run = await t.ask('POST', '/api/sync/zones?wait=60');
      await bed.remote.clearFaults();
      await t.go(`/runs/${String(run.id)}?tab=errors`);
      await page
        .getByText(/Broadstreet refused to give the list|Retry/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Retry this list' }).click();
      await page.getByRole('heading', { level: 1 }).getByText('succeeded').waitFor();

      const lists = z.array(z.object({ subject: z.string() }));
      const [again] = z
        .array(z.object({ id: z.string(), retry_of: z.string().nullable() }))
        .parse((await t.ask('GET', '/api/runs?limit=1')).items);
      expect(again?.retry_of).toBe(run.id);
      const { items } = await t.ask('GET', `/api/runs/${again?.id}/tasks?kind=zones`);
      expect(lists.parse(items)).toEqual([expect.objectContaining({ subject: String(t.network) })]);
    });

    it('that is to be fresh says first what it drops', async () => {
      const { page } = t;
      await t.go('/');
      await page.getByRole('button', { name: 'More imports' }).click();
      await page.getByRole('menuitem', { name: /^Fresh/ }).click();
      await page
        .getByRole('dialog')
        .getByText(/Local entities stay as they are/)
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Cancel' }).click();
    });

    it('holds a list that lost much, until a person has seen how much and confirms it', async () => {
      const { page } = t;
      const zonesOf = async () =>
        (await t.bed.remote.state()).zones.filter(({ network_id }) => network_id === t.network);
      const before = (await zonesOf()).length;
      const added = Array.from({ length: 400 }, (_, at) => ({ name: `Of a day ${at}`, network_id: t.network }));
      await t.bed.remote.edits(added.map((fields) => ({ kind: 'zones', op: 'insert', fields })));
      await t.ask('POST', '/api/sync/zones?wait=60');
      const gone = (await zonesOf()).filter(({ name }) => String(name).startsWith('Of a day'));
      await t.bed.remote.edits(gone.map(({ id }) => ({ kind: 'zones', op: 'remove', id: Number(id) })));
      await t.ask('POST', '/api/sync/zones?wait=60');
      await t.go('/');
      await page.getByRole('link', { name: /of the last import lost so much/ }).click();
      await page.getByRole('row', { name: new RegExp(`has lost 400 of ${before + 400} zones`) }).waitFor();
      await page.getByRole('table', { name: 'Held lists' }).getByLabel('Select all on this page').check();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Confirm 1 …' }).click();
      await page.getByRole('button', { name: 'Remove 400 zones' }).click();

      await page.getByRole('heading', { level: 1 }).getByText('succeeded').waitFor();
      expect((await t.ask('GET', `/api/zones?network_id=${t.network}&limit=1`)).total).toBe(before);
    });
  });
}
