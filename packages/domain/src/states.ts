/** Which state may follow which. An empty list is an end for good. */
type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

export const runStates = [
  'queued',
  'running',
  'publishing',
  'succeeded',
  'partial',
  'failed',
  'cancelled',
  'held',
] as const;
export type RunState = (typeof runStates)[number];

export const runTransitions: Transitions<RunState> = {
  queued: ['running', 'cancelled', 'failed'],
  running: ['publishing', 'succeeded', 'partial', 'failed', 'cancelled', 'held'],
  // Always completed: cancel is refused from here on.
  publishing: ['succeeded', 'partial', 'held', 'failed'],
  // Published by a person, or over without that: a later import has taken its place.
  held: ['publishing', 'partial'],
  // Only a dry run, whose change set a person publishes later.
  succeeded: ['publishing'],
  partial: ['publishing'],
  failed: [],
  cancelled: [],
};

/** The states in which nothing more happens in a run by itself: it keeps no other waiting. */
export const endedRunStates = [
  'succeeded',
  'partial',
  'failed',
  'cancelled',
  'held',
] as const satisfies readonly RunState[];
const ended: ReadonlySet<RunState> = new Set(endedRunStates);

/** Says whether nothing more happens in a run by itself. */
export function hasEnded(state: RunState): boolean {
  return ended.has(state);
}

/** The states of a run that goes on, or waits to. */
export const openRunStates: readonly RunState[] = runStates.filter((state) => !ended.has(state));

/**
 * What an import keeps back of one list:
 *
 *     held → confirmed → published
 *       ├──→ replaced            (a later import has read that list)
 *       └──→ expired             (nobody confirmed it in time)
 */
export const holdStates = ['held', 'confirmed', 'published', 'replaced', 'expired'] as const;
export type HoldState = (typeof holdStates)[number];

export const holdTransitions: Transitions<HoldState> = {
  held: ['confirmed', 'replaced', 'expired'],
  // Back where it could not be published.
  confirmed: ['published', 'held'],
  published: [],
  replaced: [],
  expired: [],
};

/** The states in which what was read is still kept. */
export const keptHolds: readonly HoldState[] = ['held', 'confirmed'];

export const taskStates = ['queued', 'running', 'waiting', 'completed', 'failed', 'blocked', 'skipped'] as const;
export type TaskState = (typeof taskStates)[number];

export const taskTransitions: Transitions<TaskState> = {
  queued: ['running', 'blocked', 'skipped', 'failed', 'completed'],
  running: ['waiting', 'queued', 'completed', 'failed', 'blocked', 'skipped'],
  waiting: ['queued', 'running', 'skipped'],
  completed: [],
  failed: [],
  blocked: [],
  skipped: [],
};

/**
 * The life of a create:
 *
 *     planned → claimed → sending → created → promoted
 *                            ├────→ ambiguous → created | planned
 *                            ├────→ planned            (not sent, or the API was too busy)
 *                            └────→ rejected | blocked
 */
export const intentStates = [
  'planned',
  'claimed',
  'sending',
  'ambiguous',
  'created',
  'promoted',
  'rejected',
  'blocked',
] as const;
export type IntentState = (typeof intentStates)[number];

export const intentTransitions: Transitions<IntentState> = {
  planned: ['claimed', 'rejected', 'blocked'],
  claimed: ['claimed', 'planned', 'sending', 'rejected', 'blocked'],
  sending: ['sending', 'planned', 'created', 'ambiguous', 'rejected', 'blocked'],
  ambiguous: ['created', 'planned'],
  created: ['promoted'],
  promoted: [],
  rejected: ['planned'],
  blocked: ['planned'],
};

/** The states in which the remote entity may exist without our knowing its id. */
export const unsettledIntents: readonly IntentState[] = ['sending', 'ambiguous'];

/** The states from which a state may be reached; what a conditional update filters on. */
export function sourcesOf<State extends string>(table: Transitions<State>, target: State): State[] {
  const states = Object.keys(table) as State[];
  return states.filter((state) => table[state].includes(target));
}

/** The states that nothing follows. */
export function isEnd<State extends string>(table: Transitions<State>, state: State): boolean {
  return table[state].length === 0;
}
