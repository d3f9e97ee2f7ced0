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
  // Only a dry run, whose change set a person publishes later; and an export of which something has come too late since.
  succeeded: ['publishing', 'partial'],
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
 * The life of a create. What may be under way is stored before it is; nothing is sent but from `sending`.
 *
 *     planned ─► claimed ─► sending ─► created ─► promoted   one transaction: production, local, id map, history, task
 *                              ├─► ambiguous ─► created     an answer was lost: looked up when surely decided, and adopted,
 *                              │        └─────► planned     or written off, and sent again
 *                              ├─► planned                  not sent, or 429
 *                              └─► rejected | blocked       stays local with its error; planned anew by the next run
 *
 *     planned | rejected | blocked ─► ambiguous             the row of a request that was written off has come after all
 *     planned | claimed | ambiguous | created ─► parked     brings its process down, cannot be looked up, or is looked up and
 *     parked ─► planned | ambiguous | created               looks like a row that it may not be: left alone, with the
 *                                                           reason, until a later run goes on from there
 *
 *     promoted ─► undone ─► planned                         its export was undone: it is a draft again
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
  'undone',
] as const;
export type IntentState = (typeof intentStates)[number];

export const intentTransitions: Transitions<IntentState> = {
  planned: ['planned', 'claimed', 'ambiguous', 'rejected', 'parked'],
  claimed: ['claimed', 'planned', 'sending', 'rejected', 'blocked', 'parked'],
  sending: ['sending', 'planned', 'created', 'ambiguous', 'rejected', 'blocked'],
  ambiguous: ['created', 'planned', 'parked'],
  created: ['promoted', 'parked'],
  promoted: ['undone'],
  rejected: ['planned', 'ambiguous'],
  blocked: ['planned', 'ambiguous'],
  parked: ['planned', 'ambiguous', 'created'],
  // It is a draft again, and nothing of it is left in the account.
  undone: ['planned'],
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

/**
 * What became of a tick of a schedule:
 *
 *     starting ─► started     its run is stored, under a key made from schedule and tick: once, however often it is tried
 *     skipped                 an earlier run of the schedule still went on
 *     missed                  nobody was there for it
 */
export const tickStates = ['starting', 'started', 'skipped', 'missed'] as const;
export type TickState = (typeof tickStates)[number];

export const tickTransitions: Transitions<TickState> = {
  starting: ['started'],
  started: [],
  skipped: [],
  missed: [],
};

/**
 * A remote row beside the one that counts: `own` when it proved to be that one; `removing` from before it is deleted in
 * the account until that is done, so that nobody takes it for theirs meanwhile.
 */
export const strayStates = ['open', 'removing', 'removed', 'left', 'own'] as const;
export type StrayState = (typeof strayStates)[number];

export const strayTransitions: Transitions<StrayState> = {
  open: ['removing', 'removed', 'left', 'own'],
  removing: ['removing', 'removed', 'left', 'own'],
  left: ['left', 'removing', 'removed', 'own'],
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
