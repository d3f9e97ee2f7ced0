import { afterAll, beforeAll, expect, it } from 'vitest';
import { loseRequest } from '../testing/memory-remote.ts';
import { Killed, mortal } from '../testing/mortal.ts';
import { atOnce, sweepAndFinish } from '../testing/sweeping.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
const networks = 200;

beforeAll(async () => {
  bed = await openSyncBed();
  for (let id = 1; id <= networks; id += 1) bed.remote.add('/networks', {}, { id, name: `Net ${id}` });
  await bed.importKinds('networks');
});
afterAll(() => bed.close());

it('a sweep whose process is killed after any call removes what is too much once, and says so once', async () => {
  const hasty = bed.within(atOnce);
  let wasKilled = true;
  let calls = 0;
  for (; wasKilled; calls += 1) {
    const network_id = calls + 1;
    const when = `killed after call ${calls}`;
    const id = await bed.add('zones', { name: 'Top', network_id });
    const run = await bed.begin({ kinds: ['zones'] });
    bed.remote.faults.splice(0, Number.POSITIVE_INFINITY, loseRequest);
    await bed.drive(run, 'zones', hasty);
    const late = 100_000 + network_id;
    bed.remote.add('/zones', { network_id }, { id: late, name: 'Top' });
    bed.remote.changes.length = 0;

    wasKilled = await sweepAndFinish(bed, run, mortal(hasty, calls, ['store', 'remote']).context).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Killed) return true;
        throw error;
      },
    );
    const sweeps = await sweepAndFinish(bed, run, hasty);

    expect(sweeps, when).toMatchObject([{ state: 'completed', result: { removed: [String(late)] } }]);
    expect(bed.remote.changes.length, when).toBeLessThanOrEqual(1);
    expect(bed.remote.rows('/zones'), when).toHaveLength(network_id);
    const intent = await bed.store.intents.get(id);
    expect(intent?.strays, when).toMatchObject([{ key: String(late), state: 'removed' }]);
    expect((await bed.store.runs.get(run._id))?.status, when).toBe('succeeded');
  }

  expect(calls).toBeGreaterThan(15);
});
