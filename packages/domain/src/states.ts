/** Which state may follow which. An empty list is an end. */
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
  held: ['publishing'],
  succeeded: [],
  partial: [],
  failed: [],
  cancelled: [],
};

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
 *
 * and when its export is undone: promoted → undone → planned
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
  'undone',
] as const;
export type IntentState = (typeof intentStates)[number];

export const intentTransitions: Transitions<IntentState> = {
  planned: ['claimed', 'rejected', 'blocked'],
  claimed: ['claimed', 'planned', 'sending', 'rejected', 'blocked'],
  sending: ['sending', 'planned', 'created', 'ambiguous', 'rejected', 'blocked'],
  ambiguous: ['created', 'planned'],
  created: ['promoted'],
  promoted: ['undone'],
  rejected: ['planned'],
  blocked: ['planned'],
  // It is a draft again, and nothing of it is left in the account.
  undone: ['planned'],
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
