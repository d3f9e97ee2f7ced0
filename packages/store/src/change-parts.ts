import { type HoldState, type KindName, keptHolds, kindNames } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ChangeDocument, HoldDocument } from './documents.ts';
import { asOfOneInstant } from './transactions.ts';

/**
 * A part of a change set. `free`: what no hold keeps back; `held`: what one does; `confirmed`: what a person has confirmed
 * and is still to be published; `made`: all but what is kept back, once it is published; `all`.
 */
export type Part = 'free' | 'held' | 'confirmed' | 'made' | 'all';

/** Of a task that is held, the states of the hold with which its changes are in the part. */
const heldIn: Readonly<Record<Part, readonly HoldState[]>> = {
  free: [],
  held: keptHolds,
  confirmed: ['confirmed'],
  made: ['published'],
  all: [...keptHolds, 'published'],
};
/** The parts that have what is not held too. */
const withFree: readonly Part[] = ['free', 'made', 'all'];
/**
 * Where changes come from that no list shows. `plan`: what hung on removed parents when the kind was planned; `found`: what
 * was found out about single entities later; `confirmed`: what hangs on what a person has confirmed.
 */
export type Origin = 'plan' | 'found' | 'confirmed';

const originsIn: Readonly<Record<Part, readonly Origin[]>> = {
  free: ['plan', 'found'],
  held: [],
  confirmed: ['confirmed'],
  made: ['plan', 'found', 'confirmed'],
  all: ['plan', 'found', 'confirmed'],
};

/** The source of changes that no task has staged. */
export function plannerOf(runId: string, kind: KindName, origin: Origin): string {
  return `${runId}-${kind}-${origin}`;
}

type Hold = Pick<HoldDocument, 'task_id' | 'state'>;

type Staged<Field extends keyof ChangeDocument> = Pick<ChangeDocument, Field | 'task_id' | 'fence'>;

/** Tells what of a change set counts, and to which part it belongs. */
export function createParts({ changes, tasks, holds }: Collections) {
  /** As of one instant: a hold that a person confirms meanwhile would else be missed, and its list taken for free. */
  async function holdsOf(filter: mongo.Filter<HoldDocument>): Promise<Hold[]> {
    return holds.find(filter, asOfOneInstant).project<Hold>({ task_id: 1, state: 1 }).toArray();
  }

  /**
   * Sources that are in a part beside lists, and those that are not. What hangs on what a person has confirmed is made when
   * that is.
   */
  function originsOf(part: Part, held: readonly Hold[]): { readonly within: Origin[]; readonly out: Origin[] } {
    const isUnderWay = part === 'made' && held.some(({ state }) => state === 'confirmed');
    const within = originsIn[part].filter((origin) => !(isUnderWay && origin === 'confirmed'));
    return { within, out: originsIn.all.filter((origin) => !within.includes(origin)) };
  }

  /** Fence by task of the lists of a part, given all that is held of the kind. */
  async function listsAmong(
    runId: string,
    kind: KindName,
    part: Part,
    held: readonly Hold[],
  ): Promise<Map<string, number>> {
    const states = new Map(held.map(({ task_id, state }) => [task_id, state]));
    const done = tasks
      .find({ run_id: runId, kind, state: 'completed', action: 'list' })
      .project<{ _id: string; fence: number }>({ fence: 1 });
    const fences = new Map<string, number>();
    for (const { _id, fence } of await done.toArray()) {
      const state = states.get(_id);
      const isIn = state === undefined ? withFree.includes(part) : heldIn[part].includes(state);
      if (isIn) fences.set(_id, fence);
    }
    return fences;
  }

  const parts = {
    /** Fence by task of the lists that were read whole. */
    async lists(runId: string, kind: KindName, part: Part): Promise<Map<string, number>> {
      return listsAmong(runId, kind, part, await holdsOf({ run_id: runId, kind }));
    },

    /** Fence by source of what counts: lists that were read whole, and what was planned. */
    async fences(runId: string, kind: KindName, part: Part): Promise<Map<string, number>> {
      const held = await holdsOf({ run_id: runId });
      const fences = await listsAmong(runId, kind, part, held);
      for (const origin of originsOf(part, held).within) fences.set(plannerOf(runId, kind, origin), 0);
      return fences;
    },

    /** What a query for the changes of a run must have so that it finds a part; what was staged in vain is found too. */
    async filter(runId: string, part: Part): Promise<mongo.Filter<ChangeDocument>> {
      const held = await holdsOf({ run_id: runId });
      const isIn = ({ state }: Pick<HoldDocument, 'state'>): boolean => heldIn[part].includes(state);
      const sources = (of: typeof held): string[] => of.map(({ task_id }) => task_id);
      const { within, out: others } = originsOf(part, held);
      const plannersOf = (origins: readonly Origin[]): string[] =>
        origins.flatMap((origin) => kindNames.map((kind) => plannerOf(runId, kind, origin)));
      if (withFree.includes(part)) {
        const out = [...sources(held.filter((hold) => !isIn(hold))), ...plannersOf(others)];
        return out.length === 0 ? { run_id: runId } : { run_id: runId, task_id: { $nin: out } };
      }
      const planned = plannersOf(within);
      return { run_id: runId, task_id: { $in: [...sources(held.filter(isIn)), ...planned] } };
    },

    /** Changes of a kind that count, with the named fields. */
    async only<Field extends keyof ChangeDocument>(
      runId: string,
      kind: KindName,
      part: Part,
      query: mongo.Filter<ChangeDocument>,
      fields: readonly (Field | `${Field}.${string}`)[],
    ): Promise<Staged<Field>[]> {
      const projection = Object.fromEntries(['task_id', 'fence', ...fields].map((field) => [field, 1]));
      const [fences, found] = await Promise.all([
        parts.fences(runId, kind, part),
        changes
          .find({ ...query, run_id: runId, kind })
          .project<Staged<Field>>(projection)
          .toArray(),
      ]);
      return found.filter((change) => fences.get(change.task_id) === change.fence);
    },
  };
  return parts;
}
