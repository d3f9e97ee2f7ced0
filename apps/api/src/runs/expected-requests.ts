import { type EntityKind, type KindName, kinds, levels, type Mode, type Operation } from '@broadstreet-sync/domain';
import type { KindWork } from '@broadstreet-sync/store';
import { countRequests } from './count-requests.ts';

/** What is known of one kind of a run. */
export interface KindFacts {
  /** Whether every task of it is stored. */
  readonly isPlanned: boolean;
  readonly work: KindWork;
  /** Entities in production. */
  readonly entities: number;
  /** Local entities, and the remote ones within which they need a name. */
  readonly drafts: number;
  readonly parents: number;
  /** Lists that an import found it will read, when it started; null: production told nothing. */
  readonly lists: number | null;
  /** Scopes or local entities that the run is limited to; null: all. */
  readonly only: number | null;
}

/** What of a run decides what it will ask for. */
export interface RunPlanFacts {
  readonly operation: Operation;
  readonly mode: Mode;
  readonly confirm: readonly KindName[];
  /** Of every kind that it concerns. */
  readonly kinds: ReadonlyMap<KindName, KindFacts>;
}

/** Requests of a run: those made and to come; those to come, and in how many levels. Null: nothing supports a number. */
export interface ExpectedRequests {
  readonly all: number | null;
  readonly left: number | null;
  readonly levelsLeft: number;
}

/** Counts the requests of kinds that are planned and estimates those of the others. Pure. */
export function expectRequests(run: RunPlanFacts): ExpectedRequests {
  let all: number | null = 0;
  let left: number | null = 0;
  let levelsLeft = 0;
  for (const level of levels) {
    let isLeft = false;
    for (const { name } of level) {
      const toCome = countOf(run, name, 'open');
      all = sum(all, countOf(run, name, 'tasks'));
      left = sum(left, toCome);
      isLeft ||= toCome !== 0;
    }
    levelsLeft += isLeft ? 1 : 0;
  }
  const totals = (pick: 'tasks' | 'open') => (name: KindName) => countOf(run, name, pick);
  return {
    all: sum(all, countRequests(run, totals('tasks'))),
    left: sum(left, countRequests(run, totals('open'))),
    levelsLeft,
  };
}

/** Tasks of a kind, all or open: those stored where it is planned, else as expected. */
function countOf(run: RunPlanFacts, name: KindName, pick: 'tasks' | 'open'): number | null {
  const facts = run.kinds.get(name);
  if (facts === undefined) return 0;
  return facts.isPlanned ? facts.work[pick] : expectedOf(run, kinds[name], facts);
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function expectedOf(run: RunPlanFacts, kind: EntityKind, facts: KindFacts): number | null {
  if (run.operation === 'import') {
    if (run.mode === 'full' || run.mode === 'fresh') return listsOf(run, kind, facts);
    return facts.lists;
  }
  if (kind.confirmCreate === true && !run.confirm.includes(kind.name)) return 0;
  const creates = facts.only ?? facts.drafts;
  // Names are asked for before what was there is created.
  return creates + Math.min(creates, facts.parents);
}

function listsOf(run: RunPlanFacts, kind: EntityKind, { only, lists }: KindFacts): number | null {
  if (only !== null) return only;
  if (kind.list.scope === 'account') return 1;
  const owner = run.kinds.get(kind.list.scope);
  return (owner && rowsOf(owner)) ?? lists ?? (owner?.entities || null);
}

/** How many entities of a kind there will be, as the lists read so far show. */
function rowsOf({ isPlanned, work: { tasks, lists, rows } }: KindFacts): number | null {
  return isPlanned && lists > 0 ? Math.round((rows / lists) * tasks) : null;
}
