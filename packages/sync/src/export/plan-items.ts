import {
  type AwaitedParent,
  type EntityKind,
  kinds,
  levels,
  ownFields,
  type ParentIds,
  type PlannedRequest,
  type References,
} from '@broadstreet-sync/domain';
import type { IntentDocument, PlanItem, PlannedTask, RunDocument } from '@broadstreet-sync/store';
import { createRequest, listRequest } from '../requests.ts';
import { unconfirmed } from './may-send.ts';
import { lineageKey } from './name-scope.ts';
import { isSent, isThere } from './prepare.ts';
import type { Settled } from './settle-names.ts';

/** Look-ups come before lists of names, and these before the entities of their kind. */
export const orders = { look_up: -2, names: -1 } as const;

/** What most entries do not have. */
export const nothing = {
  name: null,
  sent_name: null,
  renamed: null,
  ancestors: {},
  awaits: [],
  unknown_parents: [],
  draft: null,
  reads: 0,
  target: null,
  proposals: [],
  error: null,
  blocked_by: null,
} satisfies Partial<PlanItem>;

export function levelOf(kind: EntityKind): number {
  return levels.findIndex((level) => level.includes(kind)) + 1;
}

/** What stands in a request for a remote id that there is not yet. */
function placeholder({ kind, local_id, name }: AwaitedParent): string {
  return `{${kinds[kind].singular} ${name === null ? local_id : `${JSON.stringify(name)} ${local_id}`}}`;
}

function withPlaceholders(parents: References, awaits: readonly AwaitedParent[]): References {
  return { ...parents, ...Object.fromEntries(awaits.map((parent) => [parent.field, placeholder(parent)])) };
}

/** The entry of a local entity: what would be sent for it, or why nothing is. Pure. */
export function entityItem(run: RunDocument, kind: EntityKind, entity: Settled, order: number): PlanItem {
  const { id, resolved, refusal, intent } = entity;
  const wasSent = isSent(entity);
  const parents = resolved?.parents ?? intent?.parents ?? {};
  return {
    ...nothing,
    run_id: run._id,
    kind: kind.name,
    level: levelOf(kind),
    order,
    action: entity.link === null ? 'create' : 'link',
    state: refusal?.state ?? (wasSent ? 'open' : 'planned'),
    subject: id,
    title: entity.link === null ? entity.title : linkTitle(kind, entity, entity.link),
    name: entity.wish,
    sent_name: wasSent ? (intent?.sent_name ?? null) : entity.sentName,
    renamed: entity.renamed,
    request: requestOf(run, kind, entity),
    parents,
    ancestors: resolved?.ancestors ?? intent?.ancestors ?? {},
    awaits: [...(resolved?.awaits ?? [])],
    unknown_parents: [...(resolved?.unknown ?? [])],
    draft: ownFields(kind, entity.entity),
    target: entity.link,
    proposals: [...entity.proposals],
    error: refusal?.error ?? null,
    blocked_by: refusal?.from?.blockedBy ?? null,
  };
}

export function linkTitle(kind: EntityKind, { id, wish }: Settled, target: string): string {
  return `link ${kind.singular} ${wish === null ? id : JSON.stringify(wish)} to ${target}`;
}

function requestOf(run: RunDocument, kind: EntityKind, entity: Settled): PlannedRequest | null {
  if (entity.refusal !== null || entity.link !== null) return null;
  if (isSent(entity)) return entity.intent === null ? null : openRequest(run, kind, entity.intent);
  if (entity.resolved === null) return null;
  const { parents, awaits } = entity.resolved;
  return createRequest(kind, withPlaceholders(parents, awaits), entity.payload);
}

/** What is sent again where the look-up does not find it; nothing where it is known to be there, or may not be. */
function openRequest(run: RunDocument, kind: EntityKind, intent: IntentDocument): PlannedRequest | null {
  if (isThere(intent) || unconfirmed(run, kind) !== null) return null;
  return createRequest(kind, intent.parents, intent.payload);
}

/** The entry of a create that an earlier run left open and whose draft is gone: it is not sent again. */
export function leftOverItem(run: RunDocument, kind: EntityKind, intent: IntentDocument, title: string): PlanItem {
  return {
    ...nothing,
    run_id: run._id,
    kind: kind.name,
    level: levelOf(kind),
    order: orders.names,
    action: 'create',
    state: 'open',
    subject: intent._id,
    title,
    name: intent.name,
    sent_name: intent.sent_name,
    request: null,
    parents: intent.parents,
    ancestors: intent.ancestors,
  };
}

function listItem(
  run: RunDocument,
  kind: EntityKind,
  action: 'names' | 'look_up',
  title: string,
  parents: References,
): Omit<PlanItem, 'state' | 'subject'> {
  return {
    ...nothing,
    run_id: run._id,
    kind: kind.name,
    level: levelOf(kind),
    order: orders[action],
    action,
    title,
    request: { method: 'GET', ...listRequest(kind, parents, true), body: null },
    parents,
  };
}

/** The entry of a list of names that the plan has read. */
export function namesItem(run: RunDocument, kind: EntityKind, { subject, title, parents }: PlannedTask): PlanItem {
  return { ...listItem(run, kind, 'names', title, parents), state: 'planned', subject };
}

/**
 * Lists of names that cannot be read yet: of parents that an earlier run has sent, and that may turn out to exist. Pure.
 */
export function openNamesItems(
  run: RunDocument,
  kind: EntityKind,
  entities: readonly Settled[],
  isOpen: (id: string) => boolean,
): PlanItem[] {
  if (kind.unique.length === 0) return [];
  const items = new Map<string, PlanItem>();
  for (const { resolved, refusal } of entities) {
    if (resolved === null || refusal !== null) continue;
    const subject = lineageKey(kind, resolved.parents);
    if (!resolved.isNew || !isOpen(subject)) continue;
    const parents = withPlaceholders({ ...resolved.ancestors, ...resolved.parents }, resolved.awaits);
    const title = `read names of ${kind.name} of ${subject}, if it is there`;
    items.set(subject, { ...listItem(run, kind, 'names', title, parents), state: 'open', subject });
  }
  return [...items.values()];
}

/** The look-ups that creates of unknown outcome need, one for each parent. Pure. */
export function lookUpItems(run: RunDocument, kind: EntityKind, open: readonly IntentDocument[]): PlanItem[] {
  const items = new Map<string, PlanItem>();
  for (const intent of open) {
    if (isThere(intent)) continue;
    const { parents, ancestors } = intent;
    const subject = lineageKey(kind, parents);
    const all: ParentIds = { ...ancestors, ...parents };
    const title = `look up what became of ${kind.name} that were sent`;
    items.set(subject, { ...listItem(run, kind, 'look_up', title, all), state: 'planned', subject });
  }
  return [...items.values()];
}
