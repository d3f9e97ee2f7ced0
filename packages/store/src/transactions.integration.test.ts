import type { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';
import { isDuplicateKey } from './transactions.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());

interface Note {
  _id: string;
  text: string;
}
type Write = mongo.AnyBulkWriteOperation<Note>;

const again: Write = { insertOne: { document: { _id: 'there', text: '' } } };
/** An `_id` is never changed. */
const wrong: Write = { updateOne: { filter: { _id: 'there' }, update: { $set: { _id: 'other' } } } };

async function errorOf(writes: Write[]): Promise<unknown> {
  const notes = bed.db.collection<Note>('notes');
  await notes.updateOne({ _id: 'there' }, { $set: { text: '' } }, { upsert: true });
  return notes.bulkWrite(writes, { ordered: false }).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a duplicate key', () => {
  it('is what several writes failed of only if all of them did', async () => {
    expect(isDuplicateKey(await errorOf([again, again]))).toBe(true);
    expect(isDuplicateKey(await errorOf([again, wrong]))).toBe(false);
  });
});
