import { type PlanItemView, pathOf, type RunView, api as routes } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import { eventually, type RunningApp, type SimulatedWrite } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, entity, idMapEntry, planPage } from './api-client.ts';
import { draftAccount, draftCopies, type Grounds, layGrounds, makeDrafts, unwelcome } from './drafts.ts';
import { expectExported } from './expect-exported.ts';
import { createSystem, type System } from './system.ts';

let system: System;
let api: ApiClient;
let worker: RunningApp;
let grounds: Grounds;

beforeEach(async () => {
  system = await createSystem();
  await system.bed.remote.create({ account: 'bare' });
  grounds = await layGrounds(system.bed.remote);
  [api, worker] = await Promise.all([system.startApi(), system.startWorker()]);
  await run('/api/sync/all');
});

afterEach(() => system.close());

async function run(path: string, body?: object): Promise<RunView> {
  return api.ended((await api.start(path, body)).id);
}

const planItem = planPage.shape.items.element;
const planPath = ({ id }: RunView): string => pathOf(routes.getPlan[0] ?? { path: '' }, { id });

const planned = (dryRun: RunView): Promise<PlanItemView[]> => api.list(planItem, planPath(dryRun));
const summaryOf = async (dryRun: RunView) => (await api.get(planPage, planPath(dryRun))).summary;

async function lastRequest(): Promise<number> {
  return (await system.bed.remote.requests()).at(-1)?.seq ?? 0;
}

/** Every document that an export may change: all but what tells of runs, of requests, and of who is alive. */
async function stored(): Promise<Record<string, unknown[]>> {
  const apart = [
    'runs',
    'tasks',
    'plan_items',
    'sync_logs',
    'listed_names',
    'processes',
    'locks',
    'audit',
    'rate_minutes',
  ];
  const collections = (await system.db.collections()).filter(({ collectionName }) => !apart.includes(collectionName));
  const all = collections.map(
    async (one) => [one.collectionName, await one.find().sort({ _id: 1 }).toArray()] as const,
  );
  return Object.fromEntries(await Promise.all(all));
}

/** What a write said, as a plan says it: parents in the query are text there. */
function asPlanned({ method, path, query, body }: SimulatedWrite): unknown {
  const ids = Object.entries(query).map(([name, value]) => [name, Number(value)] as const);
  return { method, path, query: Object.fromEntries(ids), body };
}

/** Requests of a plan, each text in place of a remote id replaced by what became of the entity that it names. */
async function asSent(items: readonly PlanItemView[]): Promise<unknown[]> {
  const ids = new Map<string, string>();
  for (const { kind, subject } of items) {
    const reply = await api.send('GET', `/api/id-map/${kind}/${subject}`);
    if (reply.status === 200) ids.set(subject, String(idMapEntry.parse(JSON.parse(reply.text)).remote_id));
  }
  return items.map(({ method, path, query, body }) => {
    const text = JSON.stringify({ method, path, query, body });
    return JSON.parse(text.replace(/"\{[a-z]+ [^{}]*?([0-9a-f]{24})\}"/g, (_, id: string) => ids.get(id) ?? '"?"'));
  });
}

const inOrder = (requests: readonly unknown[]) => requests.map((one) => JSON.stringify(one)).toSorted();

describe('a dry run of a whole local account', () => {
  it('sends nothing and changes nothing, and its plan is what is then sent, request by request', async () => {
    const { remote } = system.bed;
    const drafts = draftAccount(grounds);
    const ids = await makeDrafts(api, drafts);
    const before = await stored();
    const start = await lastRequest();

    const dryRun = await run('/api/sync/local-all', { dry_run: true, confirm: ['networks'] });

    expect(dryRun).toMatchObject({ status: 'partial', error: null, dry_run: true });
    const summary = await summaryOf(dryRun);
    const asked = await remote.requests(start);
    expect(asked.map(({ method }) => method)).toEqual(Array.from({ length: summary.requests.names }, () => 'GET'));
    expect(await stored()).toEqual(before);
    expect(summary.permanent.filter(({ can_delete }) => !can_delete).map(({ kind }) => kind)).toEqual([
      'advertisements',
      'networks',
    ]);
    expect(dryRun.planned_requests).toBe(summary.requests.total);

    const refusal = { type: 'status', status: 422, errors: { notes: ['is not welcome'] } };
    await remote.addFault({ method: 'POST', route: '/advertisers', name: unwelcome, fault: refusal });
    const after = await lastRequest();
    const real = await run('/api/sync/local-all', { plan: dryRun.id });

    expect(real.from_plan).toBe(dryRun.id);
    const items = await planned(dryRun);
    // What hangs on one that the API itself refuses is planned, and not sent.
    const refused = drafts.filter((draft) => draft.refused?.state === 'blocked').map(({ key }) => ids.get(key));
    const creates = items.filter(({ action, state, subject }) => {
      return action === 'create' && state === 'planned' && !refused.includes(subject);
    });
    const journal = (await remote.journal(after)).map(asPlanned);
    expect(inOrder(journal)).toEqual(inOrder(await asSent(creates)));
    expect(creates.length + refused.length).toBe(summary.requests.create);
    const lists = (await remote.requests(after)).filter(({ method }) => method === 'GET');
    expect(lists).toHaveLength(summary.requests.names);
    await expectExported({ system, api, run: real, drafts, ids, after });
  });
});

describe('an export of a plan', () => {
  it('is refused at once where a draft was edited, and later where a name was taken; nothing is sent', async () => {
    const drafts = draftCopies(1, 'Copy', grounds);
    const ids = await makeDrafts(api, drafts);
    const dryRun = await run('/api/sync/local-all', { dry_run: true });
    const start = (await system.bed.remote.journal()).at(-1)?.seq ?? 0;
    const zone = `/api/local/zones/${ids.get('zone Copy 0')}`;

    await api.send('PATCH', zone, { alias: 'copy' });
    const refused = await api.send('POST', '/api/sync/local-all', { plan: dryRun.id });
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([409, 'plan_outdated']);
    await api.send('PATCH', zone, { alias: null });

    await system.bed.remote.edit({
      kind: 'zones',
      op: 'insert',
      fields: { name: 'COPY 0', network_id: grounds.network },
    });
    const failed = await run('/api/sync/local-all', { plan: dryRun.id });
    expect(failed).toMatchObject({ status: 'failed', error: { category: 'conflict', code: 'plan_outdated' } });
    expect(failed.error?.message).toContain('Copy 0');
    expect(await system.bed.remote.journal(start)).toEqual([]);
    expect((await api.list(entity, '/api/local/zones')).map(({ sync_errors }) => sync_errors)).toEqual([[]]);

    const again = await run('/api/sync/local-all', { dry_run: true });
    expect(await run('/api/sync/local-all', { plan: again.id })).toMatchObject({ status: 'succeeded' });
  });

  it('sends each once though its worker is killed in the middle and Redis loses everything', async () => {
    const { remote } = system.bed;
    const drafts = draftCopies(6, 'Copy', grounds);
    const ids = await makeDrafts(api, drafts);
    const dryRun = await run('/api/sync/local-all', { dry_run: true });
    const after = await lastRequest();
    await remote.changeSettings({ latency_ms: 100 });
    const { id } = await api.start('/api/sync/local-all', { plan: dryRun.id });
    const isSent = async () => (await remote.journal(after)).length >= 4;
    await eventually(isSent, { timeoutMs: 60_000 });

    await worker.kill('SIGKILL');
    await system.redis.flushall();
    await system.startWorker();

    const ended = await api.ended(id);
    await expectExported({ system, api, run: ended, drafts, ids, after });
    expect((await remote.duplicates()).created).toBe(0);
  });
});

describe('an export of some', () => {
  it('takes what one entity hangs on, or what hangs on a network, and leaves the rest alone', async () => {
    const drafts = draftAccount(grounds).filter(({ key }) => key !== 'unwelcome' && !key.startsWith('unwelcome'));
    const ids = await makeDrafts(
      api,
      drafts.filter(({ sends }) => sends !== null),
    );
    const left = async () => {
      const all = await Promise.all(kindNames.map((kind) => api.list(entity, `/api/local/${kind}`)));
      const found = new Set(all.flat().map(({ _id }) => _id));
      return [...ids].filter(([, id]) => found.has(id)).map(([key]) => key);
    };

    const one = await run('/api/sync/local-all', { local_ids: [ids.get('placed')] });

    expect(one).toMatchObject({ status: 'succeeded', error: null });
    const after = await left();
    expect([...ids.keys()].filter((key) => !after.includes(key)).toSorted()).toEqual(
      ['banner', 'placed', 'sidebar', 'spring', 'twin'].toSorted(),
    );

    const network = await run('/api/sync/local-all', { filters: { network_id: grounds.network } });
    expect(network).toMatchObject({ status: 'succeeded', error: null });
    expect((await left()).toSorted()).toEqual(['guest', 'site', 'top']);
  });
});

describe('a local entity that exists remotely already', () => {
  it('is proposed by the plan, linked by a person, and what hangs on it is exported below it', async () => {
    const { remote } = system.bed;
    const [taken, child] = [
      ...(
        await makeDrafts(api, [
          { key: 'house', kind: 'advertisers', fields: { name: 'House' }, parents: { networks: grounds.network } },
          {
            key: 'spring',
            kind: 'campaigns',
            fields: { name: 'Spring', start_date: '2026-03-01' },
            parents: { advertisers: 'house' },
          },
        ])
      ).values(),
    ];
    const dryRun = await run('/api/sync/local-all', { dry_run: true });
    const item = (await planned(dryRun)).find(({ subject }) => subject === taken);
    expect(item).toMatchObject({
      sent_name: 'House (1)',
      reason: expect.stringContaining(`link to ${grounds.advertiser}, or create it as "House (1)"`),
      link: { proposals: [{ remote_id: grounds.advertiser, is_exact: true, differs: [] }] },
    });

    const linked = await api.send('POST', `/api/local/advertisers/${taken}/link`, { remote_id: grounds.advertiser });
    expect(linked.status).toBe(200);
    const outdated = await api.send('POST', '/api/sync/local-all', { plan: dryRun.id });
    expect([outdated.status, JSON.parse(outdated.text).code]).toEqual([409, 'plan_outdated']);

    expect(await run('/api/sync/local-all')).toMatchObject({ status: 'succeeded' });
    const state = await remote.state();
    expect(state.advertisers.filter(({ name }) => /house/i.test(String(name)))).toHaveLength(1);
    expect(state.campaigns.find(({ name }) => name === 'Spring')).toMatchObject({ advertiser_id: grounds.advertiser });
    expect((await api.send('GET', `/api/local/campaigns/${child}`)).status).toBe(308);
    // What is there stays ours through an import.
    expect(await run('/api/sync/all')).toMatchObject({ status: 'succeeded' });
    expect(await api.get(entity, `/api/advertisers/${grounds.advertiser}`)).toMatchObject({
      created_locally: true,
      synced_with_api: true,
      sync: { original_local_id: taken },
    });
  });
});
