import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash, withAncestors } from './row.ts';

/** The same content with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

const content = fc.dictionary(fc.string(), fc.jsonValue());

describe('contentHash', () => {
  it('does not depend on the order of keys, at any depth', () => {
    fc.assert(
      fc.property(content, (fields) => {
        expect(contentHash(Object.fromEntries(Object.entries(fields).toReversed()))).toBe(contentHash(fields));
        expect(contentHash({ inner: turned(fields) })).toBe(contentHash({ inner: fields }));
      }),
    );
  });

  it('differs where the content does', () => {
    const hashes = [
      {},
      { a: null },
      { a: '' },
      { a: 0 },
      { a: '0' },
      { a: false },
      { a: [] },
      { a: {} },
      { a: [1, 2] },
      { a: [2, 1] },
      { a: 'b ' },
      { a: 'b' },
      { b: 'a' },
      { a: { b: 1 } },
      { a: { b: 2 } },
    ].map(contentHash);

    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('withAncestors', () => {
  it('adds the ids that rows do not carry, and keeps no field that is ours', () => {
    const row = { id: 1, name: 'A', _id: 'x', sync: {}, synced_at: 'y', created_locally: true, synced_with_api: true };

    expect(withAncestors(row, { network_id: 5 })).toEqual({ id: 1, name: 'A', network_id: 5 });
  });
});
