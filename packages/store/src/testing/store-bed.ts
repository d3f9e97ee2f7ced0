import type { RequestCounts } from '@broadstreet-sync/domain';
import { testBed } from '@broadstreet-sync/testkit';
import type { mongo } from 'mongoose';
import { type Collections, collectionsOf } from '../collections.ts';
import { connect } from '../connect.ts';
import type { RunRequest } from '../runs.ts';
import { createStore, type Store } from '../store.ts';
import type { PlannedTask } from '../tasks.ts';

/** A store on a database of its own, with the collections beneath it. */
export interface StoreBed {
  readonly uri: string;
  readonly store: Store;
  readonly db: mongo.Db;
  readonly collections: Collections;
  close(): Promise<void>;
}

export async function openStoreBed(): Promise<StoreBed> {
  const { mongoUri: uri } = testBed();
  const store = await createStore(uri);
  const { connection, db } = await connect(uri, 'test');
  return {
    uri,
    store,
    db,
    collections: collectionsOf(db),
    async close() {
      await connection.close();
      await store.close();
    },
  };
}

export function runRequest(request: Partial<RunRequest> = {}): RunRequest {
  return {
    operation: 'import',
    mode: 'full',
    kinds: ['zones'],
    only: null,
    filters: {},
    dry_run: false,
    conflicts: 'remote_wins',
    confirm: [],
    requested_by: 'test',
    retry_of: null,
    idempotency_key: null,
    ...request,
  };
}

export function plannedTask(runId: string, task: Partial<PlannedTask> = {}): PlannedTask {
  return {
    run_id: runId,
    kind: 'zones',
    action: 'list',
    subject: '1',
    title: 'list zones of network 1',
    parents: { network_id: 1 },
    counted: true,
    order: 0,
    ...task,
  };
}

export const noRequests: RequestCounts = { requests: 0, retries: 0, rate_limited: 0, waited_ms: 0 };

/** A zone of network 1, as production has it but for what is ours. */
export function zone(id: number, name: string): Record<string, unknown> {
  return { id, name, network_id: 1 };
}
