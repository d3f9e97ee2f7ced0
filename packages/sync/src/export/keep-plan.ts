import type { EntityKind, References } from '@broadstreet-sync/domain';
import type { PlanItem, PlanItemDocument, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import type { LeftOver } from './left-over.ts';
import { entityItem, leftOverItem, lookUpItems, namesItem, openNamesItems } from './plan-items.ts';
import { isSent } from './prepare.ts';
import type { Settled } from './settle-names.ts';

export interface KindToPlan {
  readonly settled: readonly Settled[];
  /** Lists of names that were read for it. */
  readonly lists: readonly PlannedTask[];
  readonly leftOver: readonly LeftOver[];
  /** Of entities that exist: what is updated and removed. */
  readonly writes: readonly PlanItem[];
}

/**
 * Keeps what a run would do of a kind, and does none of it. A dry run gets a task for each entity that ends at once, so
 * that its progress and its errors are read as those of any run.
 */
export async function keepPlan(
  { store }: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  { settled, lists, leftOver, writes }: KindToPlan,
): Promise<void> {
  const sent = settled.flatMap((entity) => {
    const { intent, refusal } = entity;
    return isSent(entity) && intent !== null && refusal === null ? [intent] : [];
  });
  const open = [...sent, ...leftOver.map(({ intent }) => intent)];
  const parents = await store.plans.ofEntities(run._id, kind.lineage ?? kind.name, lineageIds(settled));
  const isOpen = (id: string) => parents.get(id)?.state === 'open';
  const entities = [
    ...leftOver.map(({ intent, title }) => leftOverItem(run, kind, intent, title)),
    ...settled.map((entity, order) => entityItem(run, kind, entity, order)),
    ...writes,
  ];
  await store.plans.keep([
    ...lookUpItems(run, kind, open),
    ...lists.map((list) => namesItem(run, kind, list)),
    ...openNamesItems(run, kind, settled, isOpen),
  ]);
  const kept = await store.plans.keep(entities);
  if (run.dry_run) await store.tasks.plan(kept.map(taskOf));
}

function lineageIds(settled: readonly Settled[]): string[] {
  const ids = settled.flatMap(({ resolved }) => resolved?.awaits.map(({ local_id }) => local_id) ?? []);
  return [...new Set(ids)];
}

/** What a dry run leaves of an entity beside its plan: nothing was done, or nothing can be. */
function taskOf(item: PlanItemDocument): PlannedTask {
  const { run_id, kind, action, subject, title, parents, order, error, blocked_by, target } = item;
  const state = item.state === 'failed' || item.state === 'blocked' ? item.state : 'skipped';
  return {
    run_id,
    kind,
    action: action === 'names' || action === 'look_up' ? 'create' : action,
    subject,
    title,
    parents: remoteIds(parents),
    counted: true,
    order,
    state,
    error,
    blocked_by,
    ...(target === null ? {} : { target }),
  };
}

/** Those parents that exist remotely. */
export function remoteIds(parents: References): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parents).flatMap(([field, id]) => (typeof id === 'number' ? [[field, id] as const] : [])),
  );
}
