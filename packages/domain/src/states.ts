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
 * The life of a create. What may be under way is stored before it is; nothing is sent from any state but `sending`.
 *
 *     planned ─► claimed ─► sending ─► created ─► promoted      one transaction moves the entity to production
 *        ▲          │          │          ▲
 *        ├──────────┴──────────┤          │                     not sent, or surely not carried out
 *        │                     ▼          │
 *        ├───────────────── ambiguous ────┘                     looked up: not there, or adopted
 *        │                     ▲
 *        ├─ rejected, blocked ─┘                                by the API, or by its parent; with the next run anew,
 *        │                                                      or once a row shows that it was carried out late
 *        └─ parked ◄── planned, claimed, ambiguous, created     goes on from there with a later run
 *
 * A planned one may be planned anew, and be found to have been carried out late by an earlier request (`ambiguous`).
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
