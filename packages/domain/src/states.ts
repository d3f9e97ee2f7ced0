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
 * The life of a create. What may be under way is stored before it is; nothing is sent but from `sending`.
 *
 *     planned ─► claimed ─► sending ─► created ─► promoted   one transaction: production, local, id map, history, task
 *                              ├─► ambiguous ─► created     an answer was lost: looked up when surely decided, and adopted,
 *                              │        └─────► planned     or written off, and sent again
 *                              ├─► planned                  not sent, or 429
 *                              └─► rejected | blocked       stays local with its error; planned anew by the next run
 *
 *     planned | rejected | blocked ─► ambiguous             the row of a request that was written off has come after all
 *     planned | claimed | ambiguous | created ─► parked     brings its process down, or cannot be looked up: left alone,
 *     parked ─► planned | ambiguous | created               with the reason, until a later run goes on from there
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
  'parked',
] as const;
export type IntentState = (typeof intentStates)[number];

export const intentTransitions: Transitions<IntentState> = {
  planned: ['planned', 'claimed', 'ambiguous', 'rejected', 'parked'],
  claimed: ['claimed', 'planned', 'sending', 'rejected', 'blocked', 'parked'],
  sending: ['sending', 'planned', 'created', 'ambiguous', 'rejected', 'blocked'],
  ambiguous: ['created', 'planned', 'parked'],
  created: ['promoted', 'parked'],
  promoted: [],
  rejected: ['planned', 'ambiguous'],
  blocked: ['planned', 'ambiguous'],
  parked: ['planned', 'ambiguous', 'created'],
};

/** States from which an intent is parked, and to which it comes back; a claim comes back as planned. */
export const parkedStates = ['planned', 'ambiguous', 'created'] as const satisfies readonly IntentState[];
export type ParkedState = (typeof parkedStates)[number];

/** The states in which the remote entity may exist though production does not have it. */
export const openIntents: readonly IntentState[] = ['sending', 'ambiguous', 'created'];

/** Says whether what an intent is about may exist remotely though production does not have it. */
export function isUnderWay(intent: {
  readonly state: IntentState;
  readonly parked_from?: ParkedState | null;
}): boolean {
  return openIntents.includes(intent.state === 'parked' ? (intent.parked_from ?? 'planned') : intent.state);
}

/** A remote row beside the one that counts: `own` when it proved to be that one. */
export const strayStates = ['open', 'removed', 'left', 'own'] as const;
export type StrayState = (typeof strayStates)[number];

export const strayTransitions: Transitions<StrayState> = {
  open: ['removed', 'left', 'own'],
  left: ['left', 'removed', 'own'],
  removed: [],
  own: [],
};

/** The states from which a state may be reached; what a conditional update filters on. */
export function sourcesOf<State extends string>(table: Transitions<State>, target: State): State[] {
  const states = Object.keys(table) as State[];
  return states.filter((state) => table[state].includes(target));
}

/** The states that nothing follows. */
export function isEnd<State extends string>(table: Transitions<State>, state: State): boolean {
  return table[state].length === 0;
}
