import { expect, it } from 'vitest';
import { conflictId, parseConflictId } from './conflict-id.ts';

it.each([
  ['zones', '7'],
  ['placements', '1-2-3'],
] as const)('a conflict of %s %s is found again by its id', (kind, key) => {
  expect(parseConflictId(conflictId(kind, key))).toEqual({ kind, key });
});

it.each(['', 'zones', 'zones-', 'zones-x', 'zone-7', 'zones-1-2', 'placements-1', '-7', 'toString-1'])(
  'what is no id of a conflict is told: %j',
  (id) => {
    expect(parseConflictId(id)).toBeNull();
  },
);
