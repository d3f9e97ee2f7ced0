import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';
import { databaseTime, inTransaction } from './transactions.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
beforeEach(async () => {
  await bed.collections.removed.deleteMany({});
});
afterAll(() => bed.close());

const row = { kind: 'zones' as const, key: '9000', runId: 'run' };

describe('a row that production does not have', () => {
  it('is marked as removed all the same, and leaves nothing else', async () => {
    const before = await databaseTime(bed.db);

    await bed.store.dropRow(row);
    await bed.store.dropRow(row);

    const mark = await bed.collections.removed.findOne({ _id: 'zones:9000' });
    expect(mark).toMatchObject({ run_id: 'run' });
    expect(mark?.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(await bed.collections.production.zones.countDocuments({ _id: '9000' })).toBe(0);
    expect(await bed.collections.history.countDocuments({ key: '9000' })).toBe(0);
  });

  it('is not brought in by a transaction that began before it was marked', async () => {
    let tries = 0;
    const { zones } = bed.collections.production;

    await inTransaction(bed.db, async (session) => {
      tries += 1;
      const mark = await bed.collections.removed.findOne({ _id: 'zones:9000' }, { session });
      if (tries === 1) await bed.store.dropRow(row);
      if (mark === null) await zones.updateOne({ _id: '9000' }, { $set: { name: 'Top' } }, { upsert: true, session });
    });

    expect(tries).toBe(2);
    expect(await zones.countDocuments({ _id: '9000' })).toBe(0);
  });
});
