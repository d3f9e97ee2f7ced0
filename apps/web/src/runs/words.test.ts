import { noChanges } from '@broadstreet-sync/domain';
import { expect, it } from 'vitest';
import { describeChanges } from './words.ts';

const run = {
  operation: 'import' as const,
  status: 'succeeded' as const,
  dry_run: false,
  published_at: null,
  changes: { zones: { ...noChanges, inserted: 2, updated: 1 } },
};

it('says what a run changed, and of an import that was stopped that nothing was published', () => {
  expect(describeChanges(run)).toBe('2 new, 1 changed');
  expect(describeChanges({ ...run, dry_run: true })).toBe('would be 2 new, 1 changed');
  expect(describeChanges({ ...run, dry_run: true, published_at: '2026-11-01T10:00:00.000Z' })).toBe('2 new, 1 changed');
  expect(describeChanges({ ...run, changes: {} })).toBe('no changes');
  expect(describeChanges({ ...run, changes: {}, status: 'cancelled' })).toBe('nothing was published');
  expect(describeChanges({ ...run, operation: 'export', status: 'cancelled' })).toBe('2 new, 1 changed');
});
