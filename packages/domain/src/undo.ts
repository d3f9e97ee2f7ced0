import { type EntityFields, isGiven, parentField } from './entity.ts';
import { type EntityKind, type KindName, kindNames } from './kind.ts';
import { isVerifiable, readsSame } from './payload.ts';
import { kinds, removalSteps } from './registry.ts';
import { removalRequests, removedWith, whyNotRemoved } from './removals.ts';
import type { PlainRequest } from './requests.ts';

/** An entity of production, by what names it to a person. */
export interface NamedEntity {
  readonly kind: KindName;
  readonly key: string;
  readonly name: string | null;
}

/** An entity that an undo is about. */
export interface UndoFact extends NamedEntity {
  /** The `_id` that it had, and will have again; null for what was not made here. */
  readonly localId: string | null;
  /** As it is in production; null when it is gone. */
  readonly entity: EntityFields | null;
  /** How it differs from what was exported; null when it does not. */
  readonly change: string | null;
  /** What hangs on it in production. */
  readonly children: readonly NamedEntity[];
}

/** What an undo does about one entity. */
export type UndoStep = { readonly fact: UndoFact } & (
  | { readonly fate: 'removed'; readonly requests: readonly PlainRequest[] }
  /** Removed by the API with this one. */
  | { readonly fate: 'along'; readonly with: NamedEntity }
  | { readonly fate: 'stays'; readonly code: StayCode; readonly reason: string; readonly remedy: string | null }
);

/** `gone`: there is nothing to remove; `cannot_be_removed`: the API has no way; the others give way to force. */
export type StayCode = 'gone' | 'cannot_be_removed' | 'changed' | 'has_children';

/**
 * Fields that a person can change, here or in Broadstreet itself, and reads show, of which two states of an entity differ;
 * and the stamp of what reads do not show, where both states have one.
 */
export function visiblyChanged(kind: EntityKind, one: EntityFields, other: EntityFields): string[] {
  const fields = new Set([...kind.create.fields, ...(kind.update?.fields ?? [])]);
  const changed = [...fields].filter(
    (field) => isVerifiable(kind, field) && !readsSame(kind, field, one[field], other[field]),
  );
  const { stamp } = kind;
  const isStamped = stamp !== undefined && isGiven(one[stamp]) && isGiven(other[stamp]) && one[stamp] !== other[stamp];
  return isStamped ? [...changed, stamp] : changed;
}

/** In words, how an entity differs from what was exported; null when it does not. */
export function describeChange(
  kind: EntityKind,
  entity: EntityFields,
  edited: readonly string[],
  exported: EntityFields,
): string | null {
  if (edited.length > 0) return `was edited here (${edited.join(', ')})`;
  const changed = visiblyChanged(kind, entity, exported);
  return changed.length > 0 ? `was changed in Broadstreet (${changed.join(', ')})` : null;
}

const byForce = 'Look at it, and undo with "force": true to remove it all the same.';

/**
 * Plans the undo of an export, children first: what is removed, what goes along, and what stays and why. Pure.
 *
 * @param facts all that the export made; with force also what hangs on it
 * @param force removes also what was changed since
 */
export function planUndo(facts: readonly UndoFact[], force: boolean): UndoStep[] {
  const byKey = new Map(facts.map((fact) => [keyOf(fact), fact]));
  const known = (child: NamedEntity) => byKey.get(keyOf(child));
  const removed = new Set<string>();
  const steps: UndoStep[] = [];
  for (const kind of removalSteps.flat()) {
    for (const fact of facts.filter((each) => each.kind === kind.name)) {
      const staying = fact.children.filter((child) => {
        const along = removedWith(kinds[child.kind])?.name === kind.name ? known(child) : undefined;
        return !removed.has(keyOf(child)) && (along === undefined || (!force && along.change !== null));
      });
      const step = stepOf(
        kind,
        fact,
        force,
        staying.map((child) => known(child) ?? child),
      );
      if (step.fate === 'removed') removed.add(keyOf(fact));
      steps.push(step);
    }
  }
  const others = kindNames.filter((name) => kinds[name].remove === null);
  for (const fact of facts.filter(({ kind }) => others.includes(kind))) steps.push(stepOfOther(fact, facts, removed));
  return steps;
}

/** @param staying what hangs on it, and would be lost with it */
function stepOf(
  kind: EntityKind,
  fact: UndoFact,
  force: boolean,
  staying: readonly (NamedEntity & Partial<Pick<UndoFact, 'change'>>)[],
): UndoStep {
  if (fact.entity === null) return gone(fact);
  if (!force && fact.change !== null) {
    const reason = `The ${kind.singular} ${fact.change} since it was exported.`;
    return { fact, fate: 'stays', code: 'changed', reason, remedy: byForce };
  }
  if (staying.length > 0) {
    const [change] = staying.flatMap((child) => child.change ?? []);
    const why = change === undefined ? '' : `, and ${change} since it was exported`;
    const reason = `${nameSome(staying)} would be lost with it${why}.`;
    return { fact, fate: 'stays', code: 'has_children', reason, remedy: force ? null : byForce };
  }
  return { fact, fate: 'removed', requests: removalRequests(kind, fact.entity, force ? 'children' : 'all') };
}

/** What cannot be removed by itself goes with the one above it, or stays. */
function stepOfOther(fact: UndoFact, facts: readonly UndoFact[], removed: ReadonlySet<string>): UndoStep {
  const kind = kinds[fact.kind];
  if (fact.entity === null) return gone(fact);
  const above = removedWith(kind);
  const id = above === null ? undefined : fact.entity[parentField(above.name)];
  const parent = facts.find((each) => each.kind === above?.name && each.key === String(id));
  if (parent !== undefined && removed.has(keyOf(parent))) {
    return { fact, fate: 'along', with: { kind: parent.kind, key: parent.key, name: parent.name } };
  }
  const reason = whyNotRemoved(kind) ?? '';
  return { fact, fate: 'stays', code: 'cannot_be_removed', reason, remedy: 'Remove it in Broadstreet itself.' };
}

function gone(fact: UndoFact): UndoStep {
  const reason = `The ${kinds[fact.kind].singular} is not there any more.`;
  return { fact, fate: 'stays', code: 'gone', reason, remedy: null };
}

function keyOf({ kind, key }: NamedEntity): string {
  return `${kind}:${key}`;
}

/** The first few of some entities, in words. */
export function nameSome(entities: readonly NamedEntity[], most = 5): string {
  const named = entities.slice(0, most).map(({ kind, key, name }) => {
    return `${kinds[kind].singular} ${key}${name === null ? '' : ` ${JSON.stringify(name.trim())}`}`;
  });
  const more = entities.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
