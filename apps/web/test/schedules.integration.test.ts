import { takePicture } from '@broadstreet-sync/testkit';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seriousFindings } from './accessibility.ts';
import { type Dashboard, openDashboard } from './dashboard.ts';

let t: Dashboard;
let dialog: Locator;
let table: Locator;

beforeAll(async () => {
  t = await openDashboard();
  dialog = t.page.getByRole('dialog');
  table = t.page.getByRole('table', { name: 'Schedules' });
});
afterAll(() => t.close());

const listed = z.array(z.looseObject({ id: z.string(), name: z.string(), enabled: z.boolean() }));

async function stored() {
  return listed.parse((await t.ask('GET', '/api/schedules')).items);
}

function rowOf(name: string): Locator {
  return table.getByRole('row', { name: new RegExp(name) });
}

async function choose(name: string, action: string): Promise<void> {
  await t.page.getByRole('button', { name: `Actions for ${name}` }).click();
  await t.page.getByRole('menuitem', { name: action }).click();
}

describe('a schedule', () => {
  it('is made in a form that says in words when it runs', async () => {
    const { page } = t;
    await t.go('/schedules');
    await page.getByText('Nothing comes by itself').waitFor();
    await page.getByRole('button', { name: 'New schedule' }).first().click();
    await dialog.getByLabel('Name', { exact: true }).fill('Weekday mornings');
    await dialog.getByLabel('Such as').selectOption('at 3 on weekdays');
    await dialog.getByLabel('Time zone').fill('America/New_York');

    await dialog.getByText('At 03:00, Monday through Friday').waitFor();
    await dialog.getByText(/It would run next, by your clock: .*;.*;/).waitFor();
    await dialog.getByRole('button', { name: 'Make the schedule' }).click();

    await dialog.waitFor({ state: 'detached' });
    const row = await rowOf('Weekday mornings').textContent();
    expect(row).toContain('Import of everything');
    expect(row).toContain('At 03:00, Monday through Friday0 3 * * 1-5, America/New_York');
    expect(row).toContain('none yet');
  });

  it('that cannot be is refused beside the field that is wrong', async () => {
    const { page } = t;
    await page.getByRole('button', { name: 'New schedule' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Impossible');
    await dialog.getByLabel('Cron pattern').fill('0 25 * * *');
    await dialog.getByText('It would not run').waitFor();
    await dialog.getByRole('button', { name: 'Make the schedule' }).click();

    await dialog.getByRole('alert').waitFor();
    const cron = dialog.getByLabel('Cron pattern');
    expect(await cron.getAttribute('aria-invalid')).toBe('true');
    expect(await dialog.locator(`[id="${await cron.getAttribute('aria-describedby')}"]`).textContent()).toContain(
      'expected range 0-23',
    );
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await stored()).toHaveLength(1);
  });

  it('runs by itself, and shows its last run', async () => {
    const { page } = t;
    await page.getByRole('button', { name: 'New schedule' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Every two seconds');
    await dialog.getByLabel('Runs').selectOption('Again and again, so long after each other');
    await dialog.getByLabel('Every', { exact: true }).fill('2');
    await dialog.getByLabel('Unit').selectOption('seconds');
    for (const kind of ['Advertisers', 'Zones', 'Advertisements', 'Campaigns', 'Placements']) {
      await dialog.getByLabel(kind, { exact: true }).uncheck();
    }
    await dialog.getByRole('button', { name: 'Make the schedule' }).click();
    await dialog.waitFor({ state: 'detached' });

    const row = rowOf('Every two seconds');
    await row.getByText('succeeded').waitFor();
    expect(await row.textContent()).toContain('Import of networks');
    await row.getByRole('link').click();
    await page.getByText(/by schedule "Every two seconds"/).waitFor();
    await t.go('/schedules');
    await choose('Every two seconds', 'Its runs');
    await page.getByRole('button', { name: 'Of one schedule only' }).waitFor();
    await page.getByRole('table', { name: 'Runs' }).waitFor();
    await t.go('/schedules');
  });

  it('is paused, resumed and run now', async () => {
    const { page } = t;
    await choose('Every two seconds', 'Pause');
    await rowOf('Every two seconds').getByText('paused', { exact: true }).waitFor();
    await choose('Weekday mornings', 'Run now');
    await page.getByText('“Weekday mornings” runs.').waitFor();

    await rowOf('Weekday mornings').getByText('succeeded').waitFor();
    await choose('Every two seconds', 'Resume');
    await rowOf('Every two seconds').getByText('paused', { exact: true }).waitFor({ state: 'detached' });
    expect((await stored()).map(({ enabled }) => enabled)).toEqual([true, true]);
  });

  it('is changed from what it is, and not over what somebody else has changed meanwhile', async () => {
    const { page } = t;
    await choose('Weekday mornings', 'Edit');
    expect(await dialog.getByLabel('Cron pattern').inputValue()).toBe('0 3 * * 1-5');
    await dialog.getByLabel('Its last run still goes on').selectOption('Cancel it, and run');
    await dialog.getByLabel('Reads').selectOption('Only what is due: lists that have not been read for a while');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf('Weekday mornings').getByText('Import of everything, what is due').waitFor();

    await choose('Weekday mornings', 'Edit');
    await dialog.getByLabel('Name', { exact: true }).fill('Mine');
    const [changed] = (await stored()).filter(({ name }) => name === 'Weekday mornings');
    await t.ask('POST', `/api/schedules/${changed?.id}/pause`);
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();

    await dialog.getByRole('alert').getByText('was changed since it was read').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect((await stored()).map(({ name }) => name)).toEqual(['Every two seconds', 'Weekday mornings']);
  });

  it('is deleted when a person has confirmed it', async () => {
    await choose('Every two seconds', 'Delete …');
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await choose('Every two seconds', 'Delete …');
    await dialog.getByRole('button', { name: 'Delete it' }).click();
    await dialog.waitFor({ state: 'detached' });

    await rowOf('Every two seconds').waitFor({ state: 'detached' });
    expect((await stored()).map(({ name }) => name)).toEqual(['Weekday mornings']);
  });
});

describe('of the network that was chosen', () => {
  it('a new schedule is, unless it is chosen otherwise', async () => {
    const { page } = t;
    await t.go(`/schedules?network=${t.network}`);
    await page.getByRole('button', { name: 'New schedule' }).first().click();
    await dialog.getByLabel('Name', { exact: true }).fill('One network');
    await dialog.getByRole('button', { name: 'Make the schedule' }).click();
    await dialog.waitFor({ state: 'detached' });

    const [made] = (await stored()).filter(({ name }) => name === 'One network');
    expect(made).toMatchObject({ mode: 'incremental', filters: { network_id: t.network } });
  });
});

describe('the page', () => {
  it.each(['light', 'dark'] as const)(
    'has no serious finding of accessibility, nor its dialogs (%s)',
    async (scheme) => {
      const { page } = t;
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await t.go('/schedules');
      await table.waitFor();
      await takePicture(page, `schedule-list-${scheme}`);
      expect(await seriousFindings(page)).toEqual([]);

      await page.getByRole('button', { name: 'New schedule' }).click();
      await dialog.getByText('It would run next').waitFor();
      await takePicture(page, `schedule-form-${scheme}`);
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByLabel('Runs').selectOption('Again and again, so long after each other');
      await dialog.getByLabel('Reads').selectOption('Only what is chosen below');
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await choose('One network', 'Delete …');
      await dialog.waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    },
  );
});
