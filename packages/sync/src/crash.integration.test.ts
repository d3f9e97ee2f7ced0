import { type EntityFields, type KindName, remotePart } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from './context.ts';
import { finishRun } from './finish-run.ts';
import { killAfterEachCall } from './testing/kill-after-each-call.ts';
import { failWith, loseAnswer, loseRequest, type WriteFault } from './testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from './testing/sync-bed.ts';

let bed: SyncBed;
/** Leases and settle times end at once here: whoever looks finds them over. */
let hasty: SyncContext;
/** More than there are calls to be killed after. */
const networks = 500;
let network = 0;

beforeAll(async () => {
  bed = await openSyncBed();
  hasty = bed.within({ timeoutMs: -15_000, settleMs: 15_000 });
  for (let id = 1; id <= networks; id += 1) bed.remote.add('/networks', {}, { id, name: `Net ${id}` });
  await bed.importKinds('networks');
});
afterAll(() => bed.close());
beforeEach(() => {
  bed.remote.posts.length = 0;
  bed.remote.faults.length = 0;
});

/**
 * Does the work again and again, each time killed one call later, until it is not killed any more; and each time goes on
 * with what the killed process left.
 *
 * @param step more than one leaves calls out, for work that is much the same as another's
 */
function killedAfterEachCall(
  parts: readonly ('store' | 'remote')[],
  step: number,
  begin: () => Promise<{ run: RunDocument; kind: KindName }>,
  check: (run: RunDocument, lastCall: number) => Promise<void>,
): Promise<number> {
  const work = (world: SyncContext, { run, kind }: { run: RunDocument; kind: KindName }) => bed.drive(run, kind, world);
  return killAfterEachCall(bed, hasty, { parts, step, begin, work, check });
}

describe('an export whose process is killed after any call', () => {
  const zone = { id: '' };

  async function beginZone(
    faults: readonly WriteFault[],
    fields: EntityFields = {},
  ): Promise<{ run: RunDocument; kind: KindName }> {
    network += 1;
    bed.remote.posts.length = 0;
    bed.remote.faults.splice(0, Number.POSITIVE_INFINITY, ...faults);
    zone.id = await bed.add('zones', { name: 'Top', ...fields, network_id: network });
    return { run: await bed.begin({ kinds: ['zones'] }), kind: 'zones' };
  }

  async function expectMade(run: RunDocument, name: string, when: string): Promise<void> {
    const made = (await bed.production('zones')).filter(({ network_id }) => network_id === network);
    expect(made, when).toMatchObject([
      { name, created_locally: true, sync: { original_local_id: zone.id, revision: 1 } },
    ]);
    expect(await bed.local('zones', zone.id), when).toBeNull();
    expect(await bed.store.intents.get(zone.id), when).toMatchObject({ state: 'promoted', remote_id: made[0]?._id });
    expect((await bed.store.locals.mapped('zones', [zone.id])).get(zone.id)?.remote_id, when).toBe(made[0]?._id);
    expect(run, when).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: 1 } } });
    const { total } = await bed.store.logs.list({ run_id: run._id, entity_type: 'zones' }, 0, 10);
    expect(total, when).toBe(1);
    const { items } = await bed.store.production.history({ run_id: run._id }, 0, 10);
    expect(items, when).toHaveLength(1);
    expect(await bed.store.names.reserved(`zones:${network}`), when).toEqual([]);
  }

  it('creates once, with one request', async () => {
    const calls = await killedAfterEachCall(
      ['store', 'remote'],
      1,
      () => beginZone([]),
      async (run, lastCall) => {
        expect(bed.remote.posts, `killed after call ${lastCall}`).toHaveLength(1);
        await expectMade(run, 'Top', `killed after call ${lastCall}`);
      },
    );

    expect(calls).toBeGreaterThan(20);
  });

  it('carries out a plan once, with one request', async () => {
    await killedAfterEachCall(
      ['store', 'remote'],
      3,
      async () => {
        const { run } = await beginZone([]);
        await bed.store.runs.requestStop(run._id, 'cancelled', null);
        await finishRun(bed.context, run._id);
        const { _id } = await bed.run({ kinds: ['zones'], dry_run: true });
        return { run: await bed.begin({ kinds: ['zones'], from_plan: _id }), kind: 'zones' };
      },
      async (run, lastCall) => {
        expect(bed.remote.posts, `killed after call ${lastCall}`).toHaveLength(1);
        await expectMade(run, 'Top', `killed after call ${lastCall}`);
      },
    );
  });

  it.each([
    ['carried out', loseAnswer, 1],
    ['not carried out', loseRequest, 2],
  ])('creates once when the answer is lost to what was %s', async (_, fault, posts) => {
    await killedAfterEachCall(
      ['store', 'remote'],
      3,
      () => beginZone([fault]),
      async (run, lastCall) => {
        expect(bed.remote.posts.length, `killed after call ${lastCall}`).toBeLessThanOrEqual(posts);
        await expectMade(run, 'Top', `killed after call ${lastCall}`);
      },
    );
  });

  it('never adopts what has taken its name', async () => {
    const taken = failWith('validation', { fields: { name: 'has already been taken' } });
    const foreign = () => bed.remote.rows('/zones').some(({ id }) => id === 5000 + network);
    const race: WriteFault = (carry, request) => {
      if (!foreign()) bed.remote.add('/zones', { network_id: network }, { id: 5000 + network, name: 'Top' });
      return request.body?.name === 'Top' ? taken(carry, request) : carry();
    };

    // A process that dies before it has noted the answer cannot know of it: so only the calls of the store count.
    await killedAfterEachCall(
      ['store'],
      2,
      // Were both the same, nobody could tell what a process that died as it was about to send has made.
      () => beginZone([race, race, race], { alias: 'ours' }),
      async (run, lastCall) => {
        const when = `killed after call ${lastCall}`;
        expect(bed.remote.posts.length, when).toBeLessThanOrEqual(3);
        if (foreign()) await expectMade(run, 'Top (1)', when);
      },
    );
  });

  it('notes a refusal once', async () => {
    const refused = failWith('validation', { fields: { alias: 'is bad' } });

    await killedAfterEachCall(
      ['store'],
      1,
      () => beginZone([refused, refused, refused]),
      async (run, lastCall) => {
        const when = `killed after call ${lastCall}`;
        expect((await bed.local('zones', zone.id))?.sync_errors, when).toMatchObject([{ run_id: run._id }]);
        expect(await bed.store.intents.get(zone.id), when).toMatchObject({ state: 'rejected' });
        expect(await bed.task(run, 'zones', zone.id), when).toMatchObject({ state: 'failed' });
        expect(run.status, when).toBe('failed');
        await bed.store.locals.remove('zones', zone.id);
      },
    );
  });
});

describe('an import whose process is killed after any call', () => {
  it('publishes each difference once, and says how many there were', async () => {
    network += 1;
    const rows = () => bed.remote.rows('/zones').filter(({ name }) => String(name).startsWith('Row'));
    let round = 0;

    const calls = await killedAfterEachCall(
      ['store', 'remote'],
      1,
      async () => {
        round += 1;
        // One comes, one changes, one goes.
        bed.remote.add('/zones', { network_id: network }, { id: 8000 + round, name: `Row ${round}` });
        for (const row of rows().slice(-2, -1)) row.alias = `changed ${round}`;
        if (round > 2) bed.remote.remove('/zones', 8000 + round - 2);
        return {
          run: await bed.begin({ operation: 'import', kinds: ['zones'], only: { zones: [String(network)] } }),
          kind: 'zones',
        };
      },
      async (run, lastCall) => {
        const when = `killed after call ${lastCall}`;
        const found = (await bed.production('zones')).filter(({ name }) => String(name).startsWith('Row'));
        const wanted = rows().map((row) => ({ ...row, network_id: network }));
        expect(
          found.map((entity) => remotePart(entity)),
          when,
        ).toEqual(wanted);
        // What the reconciler goes on with.
        await bed.store.archive(run);
        const { items } = await bed.store.production.history({ run_id: run._id }, 0, 10);
        const made = { inserted: 1, updated: round > 1 ? 1 : 0, removed: round > 2 ? 1 : 0 };
        expect(items, when).toHaveLength(made.inserted + made.updated + made.removed);
        expect(run, when).toMatchObject({ status: 'succeeded', changes: { zones: made } });
        expect(await bed.store.changes.count(run._id), when).toBe(0);
        expect((await bed.store.logs.list({ run_id: run._id }, 0, 10)).total, when).toBe(1);
      },
    );

    expect(calls).toBeGreaterThan(15);
  });
});
