import type { KindName } from '@broadstreet-sync/domain';
import type { PlanItem, RunDocument, RunRequest, Store } from '@broadstreet-sync/store';

/** What a dry run of an export asks for. */
export function dryRunRequest(changes: Partial<RunRequest> = {}): RunRequest {
  return {
    operation: 'export',
    mode: 'full',
    kinds: ['zones'],
    only: null,
    filters: {},
    dry_run: true,
    conflicts: 'remote_wins',
    confirm: [],
    requested_by: 'test',
    retry_of: null,
    idempotency_key: null,
    ...changes,
  };
}

/** An entry of a plan as a worker keeps it. */
export function planItem(runId: string, kind: KindName, subject: string, changes: Partial<PlanItem> = {}): PlanItem {
  return {
    run_id: runId,
    kind,
    level: 2,
    order: 0,
    action: 'create',
    state: 'planned',
    subject,
    title: `create ${subject}`,
    name: null,
    sent_name: null,
    renamed: null,
    request: null,
    parents: {},
    ancestors: {},
    awaits: [],
    unknown_parents: [],
    draft: {},
    reads: 0,
    target: null,
    proposals: [],
    error: null,
    blocked_by: null,
    ...changes,
  };
}

/** A dry run that has ended with a whole plan. */
export async function endedDryRun(
  store: Store,
  items: (runId: string) => readonly PlanItem[],
  changes: Partial<RunRequest> = {},
): Promise<RunDocument> {
  const { run } = await store.runs.trigger(dryRunRequest(changes), false);
  await store.plans.keep(items(run._id));
  await store.runs.start(run._id);
  await store.runs.setPlanned(run._id, { counts: await store.plans.counts(run._id), latency_ms: 100 });
  const ended = await store.runs.finish(run._id, 'succeeded', {}, null);
  if (ended === null) throw new Error('it does not end');
  return ended;
}
