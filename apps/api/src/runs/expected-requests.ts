import { type EntityKind, type KindName, kinds, levels, type Mode, type Operation } from '@broadstreet-sync/domain';
import type { KindWork } from '@broadstreet-sync/store';

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
    for (const kind of level) {
      const facts = run.kinds.get(kind.name);
      if (facts === undefined) continue;
      const { tasks, open } = facts.work;
      const expected = facts.isPlanned ? tasks : expectedOf(run, kind, facts);
      const toCome = facts.isPlanned ? open : expected;
      all = sum(all, expected);
      left = sum(left, toCome);
      isLeft ||= toCome !== 0;
    }
    levelsLeft += isLeft ? 1 : 0;
  }
  return { all, left, levelsLeft };
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function expectedOf(run: RunPlanFacts, kind: EntityKind, facts: KindFacts): number | null {
  // Which scopes a filter or an age leaves is known only when they are planned.
  if (run.operation === 'import') return run.mode === 'full' || run.mode === 'fresh' ? listsOf(run, kind, facts) : null;
  if (kind.confirmCreate === true && !run.confirm.includes(kind.name)) return 0;
  const creates = facts.only ?? facts.drafts;
  // Names are asked for before what was there is created.
  return creates + Math.min(creates, facts.parents);
}

function listsOf(run: RunPlanFacts, kind: EntityKind, { only }: KindFacts): number | null {
  if (only !== null) return only;
  return kind.list.scope === 'account' ? 1 : entitiesOf(run, kinds[kind.list.scope]);
}

/** How many entities of a kind there will be: as the lists read so far show, else as production has it. */
function entitiesOf(run: RunPlanFacts, kind: EntityKind): number | null {
  const facts = run.kinds.get(kind.name);
  const { tasks = 0, lists = 0, rows = 0 } = facts?.work ?? {};
  if (facts?.isPlanned === true && lists > 0) return Math.round((rows / lists) * tasks);
  const known = facts?.entities ?? 0;
  return known > 0 ? known : null;
}
