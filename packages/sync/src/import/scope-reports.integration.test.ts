import { type KindName, kinds } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from '../context.ts';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

const hourMs = 3_600_000;
let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/networks', {}, { id: 2, name: 'Two' });
  for (const network_id of [1, 2]) bed.remote.add('/zones', { network_id }, { id: 30 + network_id, name: 'Z' });
});
afterEach(() => bed.close());

const scope = async (kind: KindName, key: string) => (await bed.store.scopes.ofKind(kind)).get(key);

/** The same world so many hours from now. */
function after(hours: number): SyncContext {
  const now = async () => new Date((await bed.store.now()).getTime() + hours * hourMs);
  return { ...bed.context, store: { ...bed.store, now } };
}

async function importDue(hours: number, kinds: KindName[], maxAgeHours = 24) {
  bed.remote.lists.length = 0;
  const request = { operation: 'import', mode: 'due', kinds, max_age_hours: maxAgeHours } as const;
  const run = await bed.run(request, after(hours));
  return { run, lists: [...bed.remote.lists] };
}

describe('how often a list changes', () => {
  it('is told by its last reads; the first, of which all is new, does not count', async () => {
    await bed.importKinds('zones');
    expect(await scope('zones', '1')).toMatchObject({ churn: 0, rows: 1, parents: { network_id: 1 } });

    const churns: unknown[] = [];
    for (const name of ['a', 'b', 'b']) {
      for (const row of bed.remote.rows('/zones')) row.name = name;
      await bed.importKinds('zones');
      churns.push((await scope('zones', '1'))?.churn);
    }

    expect(churns).toEqual([0.25, 0.4375, 0.328125]);
  });
});

describe('a list that fails', () => {
  it('says so, and since when it is not known any more, until it is read again', async () => {
    await bed.importKinds('zones');
    const before = await scope('zones', '1');
    bed.remote.beforeList = (list) => {
      if (list === '/zones?network_id=1') throw remoteError('contract', { outcome: 'unknown', code: 'wrong_envelope' });
    };

    await bed.importKinds('zones');

    expect(await scope('zones', '1')).toEqual({
      ...before,
      failed_at: expect.any(Date),
      error: expect.objectContaining({ category: 'contract', code: 'wrong_envelope' }),
    });
    const zones = await bed.store.scopes.freshness(kinds.zones, null);
    expect(zones).toMatchObject({ lists: 2, never_read: 0, failed: 1, oldest: before?.verified_at });
    bed.remote.beforeList = () => undefined;
    await bed.importKinds('zones');
    expect(await scope('zones', '1')).not.toHaveProperty('error');
  });

  it('and was never read is still never read', async () => {
    await bed.importKinds('networks');
    bed.remote.beforeList = () => {
      throw remoteError('contract', { outcome: 'unknown' });
    };

    await bed.importKinds('zones');

    const zones = await bed.store.scopes.freshness(kinds.zones, null);
    expect(zones).toEqual({ lists: 2, never_read: 2, failed: 2, oldest: null, newest: null });
    expect(await bed.store.production.verifiedScopes('zones')).toEqual(new Set());
  });

  it('in a dry run leaves no trace', async () => {
    await bed.importKinds('networks');
    bed.remote.beforeList = () => {
      throw remoteError('contract', { outcome: 'unknown' });
    };

    await bed.run({ operation: 'import', kinds: ['zones'], dry_run: true });

    expect((await bed.store.scopes.ofKind('zones')).size).toBe(0);
  });
});

describe('the freshness of a kind', () => {
  it('is that of the networks that count', async () => {
    await bed.importKinds('networks');
    await bed.run({ operation: 'import', kinds: ['zones'] }, bed.within({ networks: [1] }));

    const of = async (networks: number[] | null) =>
      Promise.all(
        [kinds.networks, kinds.zones].map(async (kind) => {
          const { lists, never_read } = await bed.store.scopes.freshness(kind, networks);
          return [lists, never_read];
        }),
      );

    expect(await of(null)).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(await of([1])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('forgets lists whose parent is gone', async () => {
    for (const id of [10, 11]) bed.remote.add('/advertisers', { network_id: 1 }, { id, name: `A${id}` });
    await bed.importKinds('campaigns');
    bed.remote.remove('/advertisers', 11);

    await bed.importKinds('advertisers');

    expect([...(await bed.store.scopes.ofKind('campaigns')).keys()]).toEqual(['10']);
  });
});

describe('an import of what is due', () => {
  it('of an empty store reads everything, and then nothing until it is too old', async () => {
    const first = await importDue(0, ['networks', 'zones']);
    expect(first.lists).toEqual(['/networks?', '/zones?network_id=1', '/zones?network_id=2']);

    expect(await importDue(1, ['networks', 'zones'])).toMatchObject({ lists: [], run: { status: 'succeeded' } });
    expect((await importDue(24, ['networks', 'zones'])).lists).toEqual(first.lists);
    expect((await importDue(1, ['networks', 'zones'], 0.5)).lists).toEqual(first.lists);
  });

  it('of one kind reads that kind only', async () => {
    await importDue(0, ['networks', 'zones']);

    expect((await importDue(25, ['zones'])).lists).toEqual(['/zones?network_id=1', '/zones?network_id=2']);
  });

  it('reads the lists of what is new, and the most changeable first', async () => {
    await bed.importKinds('networks', 'zones');
    bed.remote.add('/networks', {}, { id: 3, name: 'Three' });
    Object.assign(bed.remote.rows('/zones')[1] ?? {}, { name: 'Changed' });
    await bed.importKinds('networks', 'zones');

    const { lists } = await importDue(25, ['networks', 'zones']);

    expect(lists).toEqual(['/networks?', '/zones?network_id=2', '/zones?network_id=1', '/zones?network_id=3']);
  });

  it('retried reads what failed, due or not', async () => {
    await bed.importKinds('networks', 'zones');

    bed.remote.lists.length = 0;
    await bed.run({ operation: 'import', mode: 'due', kinds: ['zones'], only: { zones: ['2'] } });

    expect(bed.remote.lists).toEqual(['/zones?network_id=2']);
  });
});

describe('what an import expects to read', () => {
  const expected = async (request: Parameters<SyncBed['begin']>[0]) => (await bed.begin(request)).expected;

  it('is known before its first request, from what production holds', async () => {
    await bed.importKinds('networks');

    const run = await bed.begin({ operation: 'import', kinds: ['networks', 'zones'] });

    expect(run.expected).toEqual({ networks: 1, zones: 2 });
    expect(bed.remote.lists).toEqual(['/networks?']);
  });

  it('takes in the lists of ancestors that were never read, and keeps to filters and to what is due', async () => {
    expect(await expected({ operation: 'import', kinds: ['zones'] })).toEqual({ networks: 1 });
    await bed.store.runs.finish((await bed.store.runs.holding())[0]?._id ?? '', 'cancelled', {}, null);
    await bed.importKinds('networks', 'zones');
    const filters = { network_id: 2 };

    expect(await expected({ operation: 'import', mode: 'incremental', kinds: ['zones'], filters })).toEqual({
      networks: 0,
      zones: 1,
    });
    await bed.store.runs.finish((await bed.store.runs.holding())[0]?._id ?? '', 'cancelled', {}, null);
    expect(await expected({ operation: 'import', mode: 'due', kinds: ['zones'] })).toEqual({ networks: 0, zones: 0 });
  });
});
