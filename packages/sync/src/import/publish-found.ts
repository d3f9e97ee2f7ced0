import { type HoldState, type KindChanges, type KindName, noChanges, type RunState } from '@broadstreet-sync/domain';
import type { Publication, RunDocument, ScopeDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { isOnlyPlanned } from '../is-only-planned.ts';
import type { Sums } from '../sum-tasks.ts';
import { undoOf } from '../undo-of.ts';
import { resolveAsCleared } from './fresh.ts';
import { stageConfirmed } from './publish-confirmed.ts';
import { resolveChange } from './resolve-change.ts';
import { resolveReversal } from './resolve-reversal.ts';
import { readScopes, unverifiedScopes } from './scope-reports.ts';
import { stageOrphansBelow } from './stage-orphans.ts';

/** What a run changed in production, by kind. */
export type Made = Partial<Record<KindName, KindChanges>>;

/** Lists that are not published, by task, with the states of their holds. */
export type Unpublished = ReadonlyMap<string, HoldState>;

/** What of a run is kept back from now on: not what a person has confirmed. */
export async function unpublishedOf({ store }: SyncContext, run: RunDocument): Promise<Unpublished> {
  const holds = run.operation === 'import' ? await store.holds.of(run._id) : [];
  const left = holds.filter(({ state }) => state !== 'published' && state !== 'confirmed');
  return new Map(left.map(({ task_id, state }) => [task_id, state]));
}
/** How an import ends. A dry run only says what it would hold. */
export function endOf(run: RunDocument, outcome: RunState, unpublished: Unpublished): RunState {
  if (outcome === 'failed' || unpublished.size === 0 || isOnlyPlanned(run)) return outcome;
  return [...unpublished.values()].includes('held') ? 'held' : 'partial';
}

/**
 * Publishes what an import found, but for what is held; of a run that has ended as held, what a person has confirmed.
 *
 * @returns what it changed, or would change; `stopped` when the run was stopped first
 */
export async function publishFound(
  context: SyncContext,
  run: RunDocument,
  sums: Sums,
  unpublished: Unpublished,
): Promise<Made | 'stopped'> {
  const { runs, publish } = context.store;
  const undo = undoOf(run);
  if (run.status !== 'publishing' && undo === null) await stageOrphansBelow(context, run);
  if (isOnlyPlanned(run)) return withUnchanged(await plannedChanges(context, run), sums);
  const [publishing, free] = await Promise.all([
    runs.publishing(run._id),
    run.published_at === null ? scopesOf(context, run, unpublished) : [],
  ]);
  if (publishing === null) return 'stopped';
  const resolve = resolverOf(run);
  if (publishing.published_at === null)
    return withUnchanged(await publish({ run: publishing, part: 'free', resolve, scopes: free }), sums);
  const confirmed = new Set(await stageConfirmed(context, publishing));
  const scopes = await readScopes(context, run, ({ _id }) => confirmed.has(_id));
  return withUnchanged(await publish({ run: publishing, part: 'confirmed', resolve, scopes }), sums);
}

/** How the changes of a run are decided. */
function resolverOf(run: RunDocument): Publication['resolve'] {
  if (undoOf(run) !== null) return resolveReversal;
  if (run.mode === 'fresh') return resolveAsCleared;
  return (change, current, now) => resolveChange(change, current, now, run.conflicts);
}

/** What is known of lists from now on. An undo of a whole run takes back that its lists were verified. */
async function scopesOf(context: SyncContext, run: RunDocument, unpublished: Unpublished): Promise<ScopeDocument[]> {
  const undo = undoOf(run);
  if (undo === null) return readScopes(context, run, ({ _id }) => !unpublished.has(_id));
  return run.only === null ? unverifiedScopes(context, undo.run_id) : [];
}

const counters = { insert: 'inserted', update: 'updated', remove: 'removed' } as const;

async function plannedChanges({ store }: SyncContext, run: RunDocument): Promise<Made> {
  await store.changes.prune(run._id);
  const made: Made = {};
  for (const { kind, operation, count, conflicts } of await store.changes.sums(run._id)) {
    const before = made[kind] ?? noChanges;
    const counter = counters[operation];
    made[kind] = { ...before, [counter]: before[counter] + count, conflicts: before.conflicts + conflicts };
  }
  return made;
}

function withUnchanged(made: Made, sums: Sums): Made {
  const counted = [...sums].map(
    ([kind, { unchanged }]) => [kind, { ...(made[kind] ?? noChanges), unchanged }] as const,
  );
  return { ...made, ...Object.fromEntries(counted) };
}
