import { describe, expect, it } from 'vitest';
import { reversalOf } from './reversal.ts';

const before = { id: 7, name: 'Before' };
const after = { id: 7, name: 'After' };
const ours = { _id: '7', synced_at: new Date(), sync: { revision: 3 } };

describe('reversalOf', () => {
  it.each([
    ['insert', null, after, { ...after, ...ours }, 'remove'],
    ['update', before, after, { ...after, ...ours }, 'update'],
    ['remove', before, null, null, 'insert'],
  ] as const)('undoes an %s where production is as it left it', (operation, was, is, current, opposite) => {
    expect(reversalOf({ operation, before: was, after: is }, current, false)).toEqual({
      fate: 'reverted',
      operation: opposite,
    });
  });

  it.each([
    ['insert', null, after, { ...after, name: 'Mine' }, 'changed'],
    ['update', before, after, { ...after, alias: 'top' }, 'changed'],
    ['update', before, after, null, 'gone'],
    ['insert', null, after, null, 'gone'],
    ['remove', before, null, before, 'there_again'],
  ] as const)('leaves alone what an %s has made of it and is no more so', (operation, was, is, current, code) => {
    expect(reversalOf({ operation, before: was, after: is }, current, false)).toEqual({ fate: 'stays', code });
    const forced = reversalOf({ operation, before: was, after: is }, current, true);
    expect(forced.fate).toBe(code === 'changed' ? 'reverted' : 'stays');
  });
});
