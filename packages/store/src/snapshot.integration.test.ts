import { kindNames } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';
import { inTransaction } from './transactions.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());

const ids = ['1', '2', '3'];

/** Writes a version into entities of all kinds, at once. */
async function write(version: number): Promise<void> {
  await inTransaction(bed.db, async (session) => {
    for (const kind of kindNames) {
      for (const _id of ids) {
        const production = bed.db.collection<{ _id: string; version: number }>(kind);
        const id = Number(_id);
        const set = { version, id, campaign_id: id, advertisement_id: id, zone_id: id };
        await production.updateOne({ _id }, { $set: set }, { upsert: true, session });
      }
    }
  });
}

it('all that is read of a snapshot belongs together, whatever is written meanwhile', async () => {
  await write(0);
  let written = 0;
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      written += 1;
      await write(written);
    }
  })();

  const mixed: string[] = [];
  const seen = new Set<unknown>();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (seen.size < 20) {
        const found = await bed.store.snapshot(async (at) => {
          const versions: string[] = [];
          for (const kind of kindNames) {
            for await (const entity of at.each(kind, { _id: { $in: ids } }, ['version'])) {
              versions.push(`${kind} ${String(entity.version)}`);
              seen.add(entity.version);
            }
          }
          return versions;
        });
        if (new Set(found.map((one) => one.split(' ')[1])).size !== 1) mixed.push(found.join(', '));
      }
    }),
  );
  isOver = true;
  await writing;

  expect(mixed).toEqual([]);
});
