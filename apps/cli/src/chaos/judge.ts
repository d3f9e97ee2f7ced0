import type { SimulatedKind, SimulatedState } from '@broadstreet-sync/testkit';
import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { keyOf, kinds, plainName, type Row } from './accounts.ts';
import type { MadeDraft, Stage } from './stage.ts';

/** What became of drafts, by the account and the database themselves. */
export interface Judgement {
  /** Rows that the API was made to create beyond one for each draft, and that are still there. */
  readonly duplicates: number;
  /** Drafts that are not where they should be: exported ones in account, production and id map, and nowhere else. */
  readonly lost: number;
  /** All that is wrong, in words. */
  readonly faults: readonly string[];
}

const idMapEntry = z.object({ kind: z.string(), local_id: z.string(), remote_id: z.string() });
const local = z.looseObject({ sync_errors: z.array(z.looseObject({ category: z.string() })).default([]) });

/** All that is judged by. */
export interface Evidence {
  readonly state: SimulatedState;
  /** Keys of the rows that were created over the API, by kind. */
  readonly made: ReadonlyMap<SimulatedKind, ReadonlySet<string>>;
  readonly production: ReadonlyMap<SimulatedKind, ReadonlyMap<string, Row>>;
  readonly locals: ReadonlyMap<string, z.output<typeof local>>;
  /** Remote ids by local `_id`; more than one is a fault. */
  readonly remoteIds: ReadonlyMap<string, readonly string[]>;
}

async function gather({ account, db }: Stage, drafts: readonly MadeDraft[]): Promise<Evidence> {
  const [state, journal] = [await account.state(), await account.journal()];
  const made = new Map<SimulatedKind, Set<string>>(kinds.map((kind) => [kind, new Set()]));
  for (const { kind, id, key, committed, method } of journal) {
    const known = kinds.find((one) => one === kind);
    if (method === 'POST' && committed && known !== undefined) made.get(known)?.add(keyOf(known, key ?? { id }));
  }
  const production = new Map<SimulatedKind, Map<string, Row>>();
  const locals = new Map<string, z.output<typeof local>>();
  for (const kind of kinds) {
    const found = await db.collection<Row & { _id: string }>(kind).find().toArray();
    production.set(kind, new Map(found.map((row) => [row._id, row])));
    const ids = drafts.filter((draft) => draft.kind === kind).map(({ id }) => new ObjectId(id));
    for (const left of await db
      .collection(`local_${kind}`)
      .find({ _id: { $in: ids } })
      .toArray())
      locals.set(left._id.toHexString(), local.parse(left));
  }
  const remoteIds = new Map<string, string[]>();
  for (const { kind, local_id, remote_id } of z.array(idMapEntry).parse(await db.collection('id_map').find().toArray()))
    if (drafts.some(({ id, kind: own }) => id === local_id && own === kind))
      remoteIds.set(local_id, [...(remoteIds.get(local_id) ?? []), remote_id]);
  return { state, made, production, locals, remoteIds };
}

/**
 * Judges exports by the simulator's own state and journal and by the documents in MongoDB alone: every draft once in the
 * account, under its parents and its name, once in production, in the id map, and not local any more.
 *
 * @param drafts all that were made in this stage
 * @param kept keys of those that were to stay local, with an error
 */
export async function judge(
  stage: Stage,
  drafts: readonly MadeDraft[],
  kept: ReadonlySet<string> = new Set(),
): Promise<Judgement> {
  return weigh(await gather(stage, drafts), drafts, kept);
}

/** See {@link judge}. Pure. */
export function weigh(
  evidence: Evidence,
  drafts: readonly MadeDraft[],
  kept: ReadonlySet<string> = new Set(),
): Judgement {
  const lost = drafts.flatMap((draft) => {
    const fault = kept.has(draft.key) ? faultOfKept(evidence, draft) : faultOfExported(evidence, drafts, draft);
    return fault === null ? [] : [`${draft.kind} "${draft.key}": ${fault}`];
  });
  const surplus = kinds.flatMap((kind) => surplusOf(evidence, drafts, kind));
  return { duplicates: surplus.length, lost: lost.length, faults: [...lost, ...surplus, ...astray(evidence)] };
}

function faultOfKept({ locals, remoteIds }: Evidence, { id }: MadeDraft): string | null {
  const left = locals.get(id);
  if (left === undefined) return 'was to stay local, and is gone';
  if (remoteIds.has(id)) return 'was to stay local, and has a remote id';
  return left.sync_errors.length > 0 ? null : 'stayed local without an error';
}

function faultOfExported(evidence: Evidence, drafts: readonly MadeDraft[], draft: MadeDraft): string | null {
  const { state, made, production, locals, remoteIds } = evidence;
  const [key, ...more] = remoteIds.get(draft.id) ?? [];
  if (key === undefined) return locals.has(draft.id) ? 'is still local' : 'is in no place at all';
  if (more.length > 0) return `has several remote ids: ${[key, ...more].join(', ')}`;
  if (locals.has(draft.id)) return `is ${key} in the account, and still local`;
  if (made.get(draft.kind)?.has(key) !== true) return `is said to be ${key}, which nobody created`;
  const rows = state[draft.kind].filter((row) => keyOf(draft.kind, row) === key);
  const [row] = rows;
  if (row === undefined) return `is said to be ${key}, which the account does not have`;
  for (const [field, of] of Object.entries(draft.parents)) {
    const parent = drafts.find((one) => one.key === of);
    const wanted = parent === undefined ? String(of) : remoteIds.get(parent.id)?.[0];
    const found = String(row[field]);
    if (found !== wanted) return `hangs on the ${field} ${found}, not on ${wanted}`;
  }
  const wish = draft.fields.name;
  if (wish !== undefined && !isNamed(row.name, wish)) return `is called ${JSON.stringify(row.name)}`;
  const entity = production.get(draft.kind)?.get(key);
  if (entity === undefined) return `is ${key} in the account, and not in production`;
  return entity.created_locally === true && entity.synced_with_api === true ? null : `is not marked as made here`;
}

/** A name as wished, or numbered where that was taken. */
function isNamed(name: unknown, wish: unknown): boolean {
  const numbered = / \((\d+)\)$/;
  return [plainName(name), plainName(name).replace(numbered, '')].includes(plainName(wish));
}

/** Rows made over the API that no draft has become, and all but one of those that are the same. */
function surplusOf({ state, made, remoteIds }: Evidence, drafts: readonly MadeDraft[], kind: SimulatedKind): string[] {
  const own = new Set(drafts.filter((draft) => draft.kind === kind).flatMap(({ id }) => remoteIds.get(id) ?? []));
  const seen = new Set<string>();
  return state[kind].flatMap((row) => {
    const key = keyOf(kind, row);
    if (made.get(kind)?.has(key) !== true) return [];
    const isRepeated = seen.has(key);
    seen.add(key);
    return own.has(key) && !isRepeated ? [] : [`duplicate in ${kind}: ${key} ${JSON.stringify(row.name ?? '')}`];
  });
}

/** Where production is not as the account is. */
function astray({ state, production }: Evidence): string[] {
  return kinds.flatMap((kind) => {
    const [there, here] = [new Set(state[kind].map((row) => keyOf(kind, row))), production.get(kind) ?? new Map()];
    const missing = [...there].filter((key) => !here.has(key)).map((key) => `${kind} ${key} is not in production`);
    const surplus = [...here.keys()].filter((key) => !there.has(key));
    return [...missing, ...surplus.map((key) => `production has ${kind} ${key}, which the account does not have`)];
  });
}
