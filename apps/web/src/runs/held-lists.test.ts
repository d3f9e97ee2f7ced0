import type { HoldView } from '@broadstreet-sync/contract';
import { expect, it } from 'vitest';
import { describeLosses, withNeeds } from './held-lists.ts';

function hold(scope: string, changes: Partial<HoldView> = {}): HoldView {
  return {
    scope,
    kind: 'zones',
    key: scope,
    title: scope,
    state: 'held',
    reasons: [],
    rows_before: 20,
    rows_now: 8,
    losses: { zones: 12 },
    needs: [],
    replaced_by: null,
    read_at: '2026-11-01T10:00:00.000Z',
    ...changes,
  };
}

it('a list is confirmed with those that it needs, and what these need', () => {
  const holds = [hold('a', { needs: ['b'] }), hold('b', { needs: ['c'] }), hold('c'), hold('d')];

  expect([...withNeeds(holds, new Set(['a']))].sort()).toEqual(['a', 'b', 'c']);
});

it('losses are added up by kind', () => {
  const holds = [hold('a', { losses: { zones: 12, placements: 1 } }), hold('b')];

  expect(describeLosses(holds)).toBe('24 zones, 1 placement');
  expect(describeLosses([hold('c', { losses: {} })])).toBeNull();
});
