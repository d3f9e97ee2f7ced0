import type { EntityFields } from './entity.ts';
import type { ErrorRecord } from './errors.ts';
import type { EntityReference } from './filters.ts';
import type { KindName } from './kind.ts';
import { kinds } from './registry.ts';

/**
 * What one entry of an export's plan does. `names` and `look_up` are the lists that it needs: which names are taken, and
 * what became of creates whose answers were lost. `link` takes an entity that exists for a local one, without a request.
 */
export const planActions = ['names', 'look_up', 'create', 'link', 'update', 'remove'] as const;
export type PlanAction = (typeof planActions)[number];

/** `open`: an earlier run sent it and its outcome is unknown; it is looked up, and sent again only if it is not there. */
export const planStates = ['planned', 'open', 'failed', 'blocked'] as const;
export type PlanState = (typeof planStates)[number];

/** One request as it would be sent. A remote id that is not known yet has a text in its place that names the entity. */
export interface PlannedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, EntityReference>>;
  readonly body: EntityFields | null;
}

/** A local parent whose remote id will be known only when it has been created. */
export interface AwaitedParent {
  readonly field: string;
  readonly kind: KindName;
  readonly local_id: string;
  readonly name: string | null;
}

/**
 * Who has a name that an entity wished for: one or more rows in Broadstreet, one that is given it by an edit, a local
 * entity, or one of another run.
 */
export type NameHolder =
  | { readonly by: 'remote' | 'edit'; readonly remote_ids: readonly string[] }
  | { readonly by: 'local' | 'run'; readonly local_id: string };

/** A remote entity that a local one could be linked to. */
export interface LinkProposal {
  readonly remote_id: string;
  /** Whether the name and every given field are equal. */
  readonly is_exact: boolean;
  /** Given fields that differ there, or of which Broadstreet shows nothing. */
  readonly differs: readonly string[];
}

/** How a policy treats a local entity that seems to exist remotely: `exact` links it where all that is given is equal. */
export const adoptPolicies = ['never', 'exact'] as const;
export type AdoptPolicy = (typeof adoptPolicies)[number];

/** How many entries of one kind, action and state a plan has. */
export interface PlanCount {
  readonly kind: KindName;
  readonly level: number;
  readonly action: PlanAction;
  readonly state: PlanState;
  readonly count: number;
  /** Of these, names that are other than wished. */
  readonly renamed: number;
  /** Requests that look at entities before they are updated or removed. */
  readonly reads: number;
}

/** What an export's plan comes to. */
export interface PlanSummary {
  readonly counts: readonly PlanCount[];
  /** Of one answer of the API, as far as the plan's own lists showed. */
  readonly latency_ms: number | null;
}

/** Requests that the entries of a plan cost. What is looked up may be sent once more beyond that. */
export function plannedRequests(
  counts: readonly PlanCount[],
): Record<'names' | 'look_up' | 'create' | 'update' | 'remove', number> {
  const sum = (action: PlanAction) =>
    counts
      .filter((entry) => entry.action === action && (entry.state === 'planned' || action === 'names'))
      .reduce((total, { count, reads }) => total + count + reads, 0);
  return {
    names: sum('names'),
    look_up: sum('look_up'),
    create: sum('create'),
    update: sum('update'),
    remove: sum('remove'),
  };
}

/** What is created for good: the API can never delete it again, or never change it. */
export interface Permanent {
  readonly kind: KindName;
  readonly count: number;
  readonly can_change: boolean;
  readonly can_delete: boolean;
}

/** What a plan creates that the API cannot undo, the worst first. Follows from the declarations of the kinds. */
export function permanentOf(counts: readonly PlanCount[]): Permanent[] {
  const created = counts.filter(
    ({ action, state }) => action === 'create' && (state === 'planned' || state === 'open'),
  );
  const byKind = Map.groupBy(created, ({ kind }) => kind);
  return [...byKind]
    .map(([kind, entries]) => ({
      kind,
      count: entries.reduce((total, { count }) => total + count, 0),
      can_change: kinds[kind].update !== null,
      can_delete: kinds[kind].remove !== null,
    }))
    .filter(({ can_change, can_delete }) => !can_change || !can_delete)
    .sort((a, b) => Number(a.can_delete) - Number(b.can_delete) || Number(a.can_change) - Number(b.can_change));
}

/** What has changed about one entity since a plan was made. */
export interface PlanChange {
  readonly kind: KindName;
  readonly subject: string;
  readonly name: string | null;
  readonly change: 'added' | 'edited' | 'deleted' | 'exported' | 'renamed' | 'refused' | 'possible' | 'otherwise';
  readonly detail: string;
}

const mostNamed = 5;

/** The error of a run that was to carry out a plan which does not hold any more. */
export function planOutdated(planId: string, changes: readonly PlanChange[]): ErrorRecord {
  const named = changes.slice(0, mostNamed).map(({ kind, subject, name, detail }) => {
    return `${kind} ${name === null ? subject : `${JSON.stringify(name)} (${subject})`}: ${detail}`;
  });
  const more = changes.length > mostNamed ? `; and ${changes.length - mostNamed} more` : '';
  return {
    category: 'conflict',
    code: 'plan_outdated',
    message: `The account is not as it was when ${planId} planned it. ${named.join('; ')}${more}.`,
    remedy: 'Make a dry run again, look at its plan, and export that.',
  };
}
