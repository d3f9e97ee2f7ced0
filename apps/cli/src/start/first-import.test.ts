import { describe, expect, it } from 'vitest';
import type { ApiClient, Run } from './api-client.ts';
import { describeProgress, importWithProgress, isEverImported } from './first-import.ts';

const task = { total: 4, completed: 1, failed: 0, blocked: 0, skipped: 0 };

function runThat(changes: Partial<Run>): Run {
  return { id: 'r1', operation: 'import', status: 'running', kinds: {}, requests: 0, ...changes };
}

/** An API that knows these runs, and gives the states of an import one after the other. */
function apiWith(runs: Run[], states: Run[] = []): ApiClient {
  const rest = [...states];
  const next = async () => rest.shift() ?? runThat({ status: 'failed' });
  return {
    isReady: async () => true,
    asksForKeys: async () => false,
    runs: async () => runs,
    importAll: next,
    run: next,
  };
}

describe('isEverImported', () => {
  it.each([
    [[], false],
    [[runThat({ status: 'failed' }), runThat({ status: 'cancelled' }), runThat({ status: 'running' })], false],
    [[runThat({ operation: 'export', status: 'succeeded' })], false],
    [[runThat({ status: 'partial' })], true],
    [[runThat({ status: 'failed' }), runThat({ status: 'succeeded' })], true],
  ])('of %j is %s', async (runs, expected) => {
    expect(await isEverImported(apiWith(runs))).toBe(expected);
  });
});

describe('importWithProgress', () => {
  it('shows each state until the run has ended', async () => {
    const states = [
      runThat({ kinds: { zones: { ...task, total: null } } }),
      runThat({ status: 'publishing', kinds: { zones: task } }),
    ];
    const end = runThat({ status: 'succeeded', kinds: { zones: { ...task, completed: 3, skipped: 1 } } });
    const shown: string[] = [];

    const run = await importWithProgress(apiWith([], [...states, end]), (progress) => shown.push(progress));

    expect(run.status).toBe('succeeded');
    expect(shown).toEqual(['zones …', 'zones 1/4', 'zones 4/4']);
  });
});

it('describeProgress counts what is decided, in whatever way', () => {
  const kinds = { networks: task, zones: { total: 9, completed: 1, failed: 2, blocked: 3, skipped: 1 } };

  expect(describeProgress({ kinds })).toBe('networks 1/4 · zones 7/9');
  expect(describeProgress({ kinds, eta_seconds: 12 })).toBe('networks 1/4 · zones 7/9 · about 12 s left');
  expect(describeProgress({ kinds, eta_seconds: 0 })).toBe('networks 1/4 · zones 7/9');
});
