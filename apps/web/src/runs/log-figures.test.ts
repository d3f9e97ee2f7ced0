import type { SyncLogView } from '@broadstreet-sync/contract';
import { expect, it } from 'vitest';
import { figuresByKind, figuresByRun } from './log-figures.ts';

function log(changes: Partial<SyncLogView>): SyncLogView {
  return {
    timestamp: '2026-11-01T10:00:00.000Z',
    operation: 'import',
    entity_type: 'zones',
    success: true,
    duration: 2000,
    entities_processed: 10,
    errors: 0,
    run_id: 'a',
    requests: 3,
    retries: 0,
    rate_limited: 0,
    waited_ms: 500,
    dry_run: false,
    ...changes,
  };
}

it('figures by kind tell how many runs went well, and how long they took', () => {
  const logs = [log({}), log({ run_id: 'b', success: false, errors: 2, duration: 4000 })];

  expect(figuresByKind(logs)).toEqual([
    { kind: 'zones', runs: 2, succeeded: 1, entities: 20, errors: 2, meanSeconds: 3 },
  ]);
});

it('figures by run add up its levels, the oldest run first', () => {
  const logs = [
    log({ run_id: 'b', timestamp: '2026-11-02T10:00:00.000Z', rate_limited: 1 }),
    log({}),
    log({ entity_type: 'networks', duration: 5000 }),
  ];

  expect(
    figuresByRun(logs).map(({ runId, seconds, requests, rateLimited, waitedSeconds }) => {
      return [runId, seconds, requests, rateLimited, waitedSeconds];
    }),
  ).toEqual([
    ['a', 7, 6, 0, 1],
    ['b', 2, 3, 1, 0.5],
  ]);
});
