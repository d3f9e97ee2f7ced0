import { setImmediate } from 'node:timers/promises';
import {
  checkLocal,
  cleanPayload,
  type EntityFields,
  type EntityKind,
  type ErrorRecord,
  entityKey,
  isUnderWay,
  normaliseName,
  ownFields,
} from '@broadstreet-sync/domain';
import type { IntentDocument, LocalDocument, ProductionDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { offLimits, unconfirmed } from './may-send.ts';
import { onlyPlans } from './planning.ts';
import { type ResolvedParents, resolveParents } from './resolve-parents.ts';
import { selectLocals } from './select.ts';

const checkedAtOnce = 100;

type Resolved = Extract<ResolvedParents, { parents: unknown }>;
type Unresolved = Exclude<ResolvedParents, Resolved>;

/** A local entity as the plan sees it: to be created, to be carried on, or not to be tried. */
export interface Candidate {
  readonly id: string;
  readonly entity: LocalDocument;
  readonly title: string;
  /** What an earlier run left; its outcome may still be open. */
  readonly intent: IntentDocument | null;
  readonly resolved: Resolved | null;
  readonly payload: EntityFields;
  /** The production entity that has its identity already, where that is its parents. */
  readonly twin: ProductionDocument | null;
  readonly refusal: {
    readonly state: 'failed' | 'blocked';
    readonly error: ErrorRecord;
    readonly from: Unresolved | null;
  } | null;
}

/** Checks the selected local entities of a kind and resolves their parents. No request is made. */
export async function prepareKind(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Candidate[]> {
  const ids = await selectLocals(context, run, kind.name);
  const entities = await context.store.locals.inOrder(kind.name, ids).toArray();
  const localIds = entities.map((entity) => entity._id.toHexString());
  const intents = await takeUp(context, run, localIds);
  const byId = new Map(intents.map((intent) => [intent._id, intent]));
  const resolved = await resolveParents(context, run, kind, entities);
  const candidates: Candidate[] = [];
  for (const [at, entity] of entities.entries()) {
    // Checks take a third of a millisecond each: without a pause thousands of drafts would hold the process up.
    if (at % checkedAtOnce === 0) await setImmediate();
    const intent = byId.get(entity._id.toHexString()) ?? null;
    const parents = resolved[at] ?? null;
    if (!isSent({ intent }) && isLater(parents)) continue;
    candidates.push(candidateOf(context, run, kind, entity, intent, parents));
  }
  return refuseTwins(context, kind, candidates);
}

/** What earlier runs left of these; what was parked goes on from there, unless nothing may be asked about it. */
async function takeUp(context: SyncContext, run: RunDocument, ids: readonly string[]): Promise<IntentDocument[]> {
  const { intents } = context.store;
  const found = await intents.many(ids);
  const parked = found.filter((intent) => intent.state === 'parked' && offLimits(context, intent) === null);
  if (onlyPlans(run) || parked.length === 0) return found;
  await intents.resume(parked.map(({ _id }) => _id));
  return intents.many(ids);
}

/** What came up while the run was under way, and hangs on what did so too, is left to the next one. */
function isLater(parents: ResolvedParents | null): boolean {
  return parents !== null && 'error' in parents && parents.isLater === true;
}

function candidateOf(
  context: SyncContext,
  run: RunDocument,
  kind: EntityKind,
  entity: LocalDocument,
  intent: IntentDocument | null,
  parents: ResolvedParents | null,
): Candidate {
  const id = entity._id.toHexString();
  const fields = ownFields(kind, entity);
  return {
    id,
    entity,
    title: `create ${kind.singular} ${typeof entity.name === 'string' ? JSON.stringify(entity.name.trim()) : id}`,
    intent,
    resolved: parents !== null && 'parents' in parents ? parents : null,
    payload: cleanPayload(kind, fields),
    twin: null,
    // What was sent goes on as it was sent, whatever the draft says by now.
    refusal: isSent({ intent }) ? refusalOfSent(context, intent) : refusalOf(run, kind, fields, parents),
  };
}

/** What was sent is not looked up where nothing may be asked; what is known to be there needs no request. */
function refusalOfSent(context: SyncContext, intent: IntentDocument | null): Candidate['refusal'] {
  if (intent === null || isThere(intent)) return null;
  const error = offLimits(context, intent);
  return error === null ? null : { state: 'blocked', error, from: null };
}

function refusalOf(
  run: RunDocument,
  kind: EntityKind,
  fields: EntityFields,
  parents: ResolvedParents | null,
): Candidate['refusal'] {
  const { problems } = checkLocal(kind, fields);
  if (problems.length > 0) {
    const message = problems.map(({ path, message: text }) => `${path} ${text}`).join('; ');
    return {
      state: 'failed',
      error: { category: 'validation', code: 'incomplete', message, remedy: 'Mend the fields and export again.' },
      from: null,
    };
  }
  const error = unconfirmed(run, kind);
  if (error !== null) return { state: 'blocked', error, from: null };
  if (parents !== null && 'error' in parents) return { state: 'blocked', error: parents.error, from: parents };
  return null;
}

/** Kinds without an id of their own are what their parents are: one that exists, here or there, is not made again. */
async function refuseTwins(
  context: SyncContext,
  kind: EntityKind,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const keys = candidates.map((candidate) => parentIdentity(kind, candidate));
  const asked = keys.filter((key) => key !== null);
  if (asked.length === 0) return [...candidates];
  const existing = new Map((await context.store.production.many(kind.name, asked)).map((twin) => [twin._id, twin]));
  const seen = new Set(keys.filter((_, at) => isSent(candidates[at] ?? { intent: null })));
  return candidates.map((candidate, at) => {
    const key = keys[at] ?? null;
    if (key === null || candidate.refusal !== null || isSent(candidate)) return candidate;
    const where = existing.has(key) ? 'in Broadstreet already' : 'among the local ones already';
    if (!existing.has(key) && !seen.has(key)) {
      seen.add(key);
      return candidate;
    }
    const message = `The ${kind.singular} ${key} exists ${where}.`;
    const error: ErrorRecord = {
      category: 'conflict',
      code: 'exists',
      message,
      remedy: `Delete this one, or change its parents.`,
    };
    return { ...candidate, twin: existing.get(key) ?? null, refusal: { state: 'failed' as const, error, from: null } };
  });
}

/** The key of a kind whose identity is its parents; null for kinds that get an id. */
export function parentIdentity(kind: EntityKind, candidate: Pick<Candidate, 'resolved'>): string | null {
  if (candidate.resolved === null || kind.identity.includes('id')) return null;
  return entityKey(kind, candidate.resolved.parents);
}

/** Says whether an earlier attempt may have made the entity, or has: then nothing is planned anew. */
export function isSent({ intent }: Pick<Candidate, 'intent'>): boolean {
  return intent !== null && (intent.state === 'promoted' || isUnderWay(intent));
}

/** Says whether what an intent has made is known to be in the account: nothing is asked or sent for it any more. */
export function isThere({ state, parked_from }: IntentDocument): boolean {
  const stood = state === 'parked' ? parked_from : state;
  return stood === 'created' || stood === 'promoted';
}

/** The name of a candidate as it was given; null for kinds without names. */
export function wishedName(kind: EntityKind, candidate: Pick<Candidate, 'payload'>): string | null {
  const [field] = kind.unique;
  const name = field === undefined ? undefined : candidate.payload[field];
  return typeof name === 'string' ? name : null;
}

/** Other unique values, which are never renamed. */
export function fixedNames(
  kind: EntityKind,
  candidate: Pick<Candidate, 'payload'>,
): { field: string; value: string }[] {
  return kind.unique.slice(1).flatMap((field) => {
    const value = candidate.payload[field];
    return typeof value === 'string' ? [{ field, value: normaliseName(value) }] : [];
  });
}

/** Says whether a candidate is to be created by this run from the start. */
export function isToCreate(candidate: Candidate): boolean {
  return candidate.refusal === null && !isSent(candidate);
}
