import { type KindName, kindNames, levels } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import { describe, expect, it } from 'vitest';
import { kindsAtLevel } from './runs.ts';

function touched(kinds: KindName[]): KindName[][] {
  const run: RunDocument = {
    _id: 'r',
    operation: 'import',
    mode: 'full',
    kinds,
    only: null,
    filters: {},
    dry_run: false,
    conflicts: 'remote_wins',
    confirm: [],
    status: 'running',
    slot: 'import',
    generation: 1,
    idempotency_key: null,
    requested_by: 'test',
    retry_of: null,
    stop: null,
    error: null,
    plan: {},
    changes: {},
    published_at: null,
    published_to: null,
    archive: null,
    created_at: new Date(),
    started_at: null,
    ended_at: null,
  };
  return levels.map((_, at) => kindsAtLevel(run, at + 1).map(({ name }) => name));
}

describe('kindsAtLevel', () => {
  it('are all kinds of a full run, each once, parents below', () => {
    expect(touched([...kindNames])).toEqual([
      ['networks'],
      ['advertisers', 'zones'],
      ['advertisements'],
      ['campaigns'],
      ['placements'],
    ]);
  });

  it('are those asked for and what they hang on, but not what they merely wait for', () => {
    expect(touched(['networks'])).toEqual([['networks'], [], [], [], []]);
    expect(touched(['campaigns'])).toEqual([['networks'], ['advertisers'], [], ['campaigns'], []]);
    expect(touched(['placements']).flat()).toHaveLength(6);
  });

  it('are none above the last level', () => {
    expect(touched([]).flat()).toEqual([]);
  });
});
