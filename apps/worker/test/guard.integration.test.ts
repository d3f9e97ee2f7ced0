import type { KindName } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { eventually, expectedRows, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { allKinds, engineOfEach, productionRows, quick } from './engine.ts';

const engine = engineOfEach();

beforeEach(async () => {
  await engine().bed.remote.create({ account: 'R' });
  await spawnApp('worker', { ...engine().bed.env, ...quick });
  await engine().run();
});

async function production(): Promise<Record<string, Record<string, unknown>[]>> {
  const rows = await Promise.all(
    allKinds.map(async (kind) => [kind, await productionRows(engine().store, kind)] as const),
  );
  return Object.fromEntries(rows);
}

async function expectInStep(kinds: readonly KindName[] = allKinds): Promise<void> {
  const state = await engine().bed.remote.state();
  for (const kind of kinds) expect(await productionRows(engine().store, kind), kind).toEqual(expectedRows(state, kind));
}

/** What the API does when a person confirms all that a run holds. */
async function confirm(run: RunDocument): Promise<RunDocument> {
  const { holds } = engine().store;
  const waiting = (await holds.of(run._id)).filter(({ state }) => state === 'held');
  const confirmed = await holds.confirm(
    run,
    waiting.map(({ _id }) => _id),
  );
  if (confirmed.outcome !== 'confirmed') throw new Error(confirmed.outcome);
  await engine().queues.startRun(confirmed.run);
  return engine().ended(run._id);
}

describe('lists that lose rows, with status 200', () => {
  const lists = ['/networks', '/advertisers', '/zones', '/advertisements', '/campaigns', '/placements'];

  it.each([30, 100])('close no row when they lose %i percent, all of them at once', async (percent) => {
    const before = await production();
    for (const route of lists.slice(1)) {
      await engine().bed.remote.addFault({ method: 'GET', route, fault: { type: 'lose_rows', percent } });
    }

    const run = await engine().run();

    expect(run.status).toBe('held');
    for (const kind of allKinds) expect(run.changes[kind]?.removed, kind).toBe(0);
    expect(await production()).toEqual(before);
    await engine().bed.remote.clearFaults();
    const next = await engine().run();
    expect([next.status, (await engine().store.runs.get(run._id))?.status]).toEqual(['succeeded', 'partial']);
    expect(await production()).toEqual(before);
  });

  it('close no row whichever of them it is that loses 30 percent', async () => {
    const before = await production();
    for (const route of lists.slice(1)) {
      await engine().bed.remote.clearFaults();
      await engine().bed.remote.addFault({ method: 'GET', route, fault: { type: 'lose_rows', percent: 30 } });

      expect([route, (await engine().run()).status]).toEqual([route, 'held']);
    }
    expect(await production()).toEqual(before);
  });

  it('of networks are no reason to believe that they are gone, nor that the account is another', async () => {
    const before = await production();
    await engine().bed.remote.addFault({ route: '/networks', fault: { type: 'lose_rows', percent: 50 } });

    expect((await engine().run()).status).toBe('held');
    await engine().bed.remote.clearFaults();
    await engine().bed.remote.addFault({ route: '/networks', fault: { type: 'lose_rows', percent: 100 } });
    expect(await engine().run()).toMatchObject({ status: 'failed', error: { code: 'unknown_account' } });

    expect(await production()).toEqual(before);
  });
});

describe('what a run holds', () => {
  beforeEach(async () => {
    const { remote } = engine().bed;
    const { zones, advertisers } = await remote.state();
    for (const { id } of zones.slice(0, 200)) await remote.edit({ kind: 'zones', op: 'remove', id: Number(id) });
    const [network] = (await remote.state()).networks;
    await remote.edit({ kind: 'zones', op: 'insert', fields: { name: 'New', network_id: Number(network?.id) } });
    await remote.edit({
      kind: 'advertisers',
      op: 'update',
      id: Number(advertisers[0]?.id),
      fields: { name: 'Renamed' },
    });
  });

  it('is published by the same run when a person confirms it, with one run in the queue at a time', async () => {
    const run = await engine().run();
    expect(run).toMatchObject({ status: 'held', slot: null, changes: { advertisers: { updated: 1 } } });
    const requests = (await engine().bed.remote.stats()).total;

    const confirmed = await confirm(run);

    expect(confirmed).toMatchObject({ status: 'succeeded', held: 0 });
    expect((await engine().bed.remote.stats()).total).toBe(requests);
    await expectInStep();
  });

  it('is published once though the worker is killed on the way', async () => {
    const run = await engine().run();
    const waiting = await engine().store.holds.of(run._id);
    await stopApps();
    await engine().store.holds.confirm(
      run,
      waiting.map(({ _id }) => _id),
    );
    const first = await spawnApp('worker', { ...engine().bed.env, ...quick });
    await eventually(async () => ((await engine().store.runs.get(run._id))?.generation ?? 0) > run.generation + 1);
    await first.kill('SIGKILL');
    await spawnApp('worker', { ...engine().bed.env, ...quick });

    expect(await engine().ended(run._id)).toMatchObject({ status: 'succeeded', held: 0 });
    await expectInStep();
    const removed = { run_id: run._id, kind: 'zones' as const, operation: 'remove' as const };
    expect((await engine().store.production.history(removed, 0, 1)).total).toBe(200);
  });
});

describe('a dry run', () => {
  it('is published later as if it had been none, and once', async () => {
    const { remote } = engine().bed;
    const { zones, campaigns } = await remote.state();
    await remote.edit({ kind: 'zones', op: 'update', id: Number(zones[0]?.id), fields: { name: 'Another name' } });
    await remote.edit({ kind: 'campaigns', op: 'remove', id: Number(campaigns[0]?.id) });
    const before = await production();
    const dry = await engine().run({ dry_run: true });
    expect(dry).toMatchObject({ status: 'succeeded', changes: { zones: { updated: 1 }, campaigns: { removed: 1 } } });
    expect(await production()).toEqual(before);
    const { total } = await remote.stats();

    expect(await engine().store.drift(dry, null)).toEqual({ total: 0, items: [] });
    const reopened = await engine().store.runs.reopen(dry._id);
    if (reopened === null || reopened === 'busy') throw new Error('cannot be published');
    await engine().queues.startRun(reopened);
    const published = await engine().ended(dry._id);

    expect(published).toMatchObject({
      status: 'succeeded',
      changes: { zones: { updated: 1 }, campaigns: { removed: 1 } },
    });
    expect(published.published_at).toBeInstanceOf(Date);
    await expectInStep();
    expect((await remote.stats()).total).toBe(total);
    expect(await engine().store.runs.reopen(dry._id)).toBeNull();
    expect((await engine().run()).changes.zones).toMatchObject({ updated: 0, removed: 0 });
  });
});
