import { type EntityKind, kindNames, kinds } from '@broadstreet-sync/domain';
import { sampleFields } from '@broadstreet-sync/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Dashboard, openDashboard } from './dashboard.ts';

const script = 'window.wasRun = true';
/** Each would be run by a page that took it for more than text. */
const hostile = [
  `"><img src=x onerror="${script}"><script>${script}</script>`,
  `https://example.com/"onmouseover="${script}"><svg onload="${script}">`,
  `javascript:${script}`,
];
const [text = '', , address = ''] = hostile;

let t: Dashboard;
const visited: string[] = [];

/** Text of theirs in every field that takes any, the rest as it should be. */
function hostileFields(kind: EntityKind): Record<string, unknown> {
  const fields = Object.entries(kind.fields.shape).map(([name, type]) => {
    const fitting = hostile.find((each) => type.safeParse(each).success);
    return [name, fitting ?? sampleFields(kind)[name]] as const;
  });
  return Object.fromEntries(fields);
}

beforeAll(async () => {
  t = await openDashboard();
  const state = await t.bed.remote.state();
  for (const kind of ['networks', 'advertisers', 'zones', 'campaigns', 'advertisements'] as const) {
    const id = Number(state[kind][0]?.id);
    const preview = kind === 'advertisements' ? { preview_url: address } : {};
    await t.bed.remote.edit({ kind, op: 'update', id, fields: { name: `${text} ${kind}`, ...preview } });
  }
  const imported = await t.ask('POST', '/api/sync/all?wait=60');
  for (const name of kindNames) {
    const id = await t.makeLocal(name, hostileFields(kinds[name]));
    visited.push(`/${name}`, `/${name}/${id}`);
  }
  const network_id = t.network;
  await t.makeLocal('zones', { name: text, network_id });
  const exported = await t.ask('POST', '/api/sync/local-all?wait=60');
  for (const { id } of [imported, exported]) {
    visited.push(...['progress', 'errors', 'tasks', 'changes'].map((tab) => `/runs/${String(id)}?tab=${tab}`));
    visited.push(`/admin/queues/queue/sync/run-${String(id)}-1`);
  }
  visited.push('/', '/local-only', '/local-only?view=tree', '/runs', '/conflicts', '/history', '/duplicates', '/audit');
  visited.push('/admin/queues/queue/sync', '/admin/queues/queue/sync-api');
});
afterAll(() => t.close());

it('text that is a script is shown as text, on every page and on the board', async () => {
  const { page } = t;
  const asked: string[] = [];
  page.on('dialog', (dialog) => void dialog.dismiss());
  let shown = 0;
  for (const path of visited) {
    await t.go(path);
    await page.waitForLoadState('networkidle');
    const content = await page.locator('body').textContent();
    if (content?.includes('onerror=')) shown += 1;

    const links = await page.locator('a[href^="javascript:" i]').count();
    asked.push(`${path} ${String(await page.evaluate('window.wasRun'))} ${links}`);
  }

  expect(asked).toEqual(visited.map((path) => `${path} undefined 0`));
  expect(shown).toBeGreaterThan(8);
});
