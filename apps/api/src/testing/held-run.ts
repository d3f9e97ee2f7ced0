import type { KindName, TaskState } from '@broadstreet-sync/domain';
import { scopeId } from '@broadstreet-sync/domain';
import { type HoldDocument, type RunDocument, type StagedChange, type Store, taskId } from '@broadstreet-sync/store';
import { plannedTask } from './api-bed.ts';

const readAt = new Date('2026-11-01T09:00:00Z');
const counts = { requests: 1, retries: 0, rate_limited: 0, waited_ms: 0 };

/** A list as an import has read it. */
export interface ReadList {
  readonly kind: KindName;
  readonly key: string;
  readonly changes: readonly StagedChange[];
  /** Why it is held; null where it is not. */
  readonly hold: Partial<HoldDocument> | null;
}

export function stagedChange(change: Partial<StagedChange>): StagedChange {
  return {
    key: '1',
    operation: 'remove',
    expects: 3,
    requested_at: readAt,
    before: null,
    after: null,
    hash: null,
    dangling: false,
    ...change,
  };
}

/** An import that has ended, with what it keeps unpublished. */
export async function endedImport(
  store: Store,
  lists: readonly ReadList[],
  request: { readonly dry_run: boolean; readonly state?: TaskState } = { dry_run: false },
): Promise<RunDocument> {
  const { run } = await store.runs.trigger(
    {
      operation: 'import',
      mode: 'full',
      kinds: [...new Set(lists.map(({ kind }) => kind))],
      only: null,
      filters: {},
      dry_run: request.dry_run,
      conflicts: 'remote_wins',
      confirm: [],
      requested_by: 'test',
      retry_of: null,
      idempotency_key: null,
    },
    false,
  );
  await store.runs.start(run._id);
  for (const { kind, key, changes } of lists) {
    const task = plannedTask(run._id, kind, { subject: key });
    await store.tasks.plan([task]);
    const claimed = await store.tasks.claim(taskId(task), 'test');
    if (claimed === null) throw new Error('cannot be claimed');
    const source = { run_id: run._id, kind, task_id: claimed._id, fence: claimed.fence };
    await store.changes.stage(source, changes);
    const result = { rows: 1, requested_at: readAt };
    await store.tasks.end(claimed._id, claimed.fence, { state: request.state ?? 'completed', result }, counts);
  }
  for (const kind of new Set(lists.map((list) => list.kind))) {
    await store.runs.setPlan(run._id, kind, { phase: 'ready', windows: 0 });
    const own = lists.filter((list) => list.kind === kind && list.hold !== null);
    await store.holds.settle(
      run._id,
      kind,
      own.map((list) => holdDocument(run, list)),
    );
  }
  const isHeld = lists.some(({ hold }) => hold !== null) && !request.dry_run;
  if (!request.dry_run) {
    const publishing = await store.runs.publishing(run._id);
    if (publishing === null) throw new Error('does not publish');
    await store.publish({ run: publishing, part: 'free', resolve: () => ({ operation: 'none' }), scopes: [] });
  }
  const keepUntil = isHeld || request.dry_run ? new Date(Date.now() + 60_000) : null;
  const ended = await store.runs.finish(run._id, isHeld ? 'held' : 'succeeded', {}, null, keepUntil);
  if (ended === null) throw new Error('has not ended');
  await store.archive(ended);
  return ended;
}

function holdDocument(run: RunDocument, { kind, key, hold }: ReadList): HoldDocument {
  return {
    _id: `${run._id}:${scopeId(kind, key)}`,
    run_id: run._id,
    kind,
    scope: key,
    task_id: taskId({ run_id: run._id, kind, action: 'list', subject: key }),
    title: `list ${kind} of network ${key}`,
    state: 'held',
    reasons: [{ code: 'scope_shrinks', kind, before: 20, lost: 12 }],
    rows_before: 20,
    rows_now: 8,
    losses: { [kind]: 12 },
    needs: [],
    lost_parent: null,
    requested_at: readAt,
    replaced_by: null,
    ...hold,
  };
}
