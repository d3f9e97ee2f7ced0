/**
 * Points at which a process may die without harm, by what it is at, each in their order. Code calls a function there that
 * does nothing, but in the builds that tests start; the chaos scenarios let processes die at each of them.
 */
export const crashPoints = {
  /** A create, from the plan of its kind to the end of its task's job. */
  sending: [
    'after_plan',
    'before_intent',
    'after_intent',
    'before_lease_check',
    'before_request',
    'after_request',
    'after_created',
    'inside_promotion',
    'after_promotion',
    'before_ack',
  ],
  /** A look at what became of creates whose answers were lost. */
  lookingUp: ['after_look_up', 'after_adoption'],
  /** An answer that comes when the claim is another's: before and after it is noted what that has made. */
  overtaken: ['before_stray', 'after_stray'],
  /** A look at what came late. */
  sweeping: ['before_sweep_removal', 'after_sweep_removal', 'after_sweep_report'],
  /** An update or a removal: around its request, and after what came of it is stored. */
  writing: ['before_write', 'after_write', 'after_settlement'],
  /** A trigger, in the API. */
  accepting: ['after_run_stored'],
} as const;

export type CrashPoint<Work extends keyof typeof crashPoints = keyof typeof crashPoints> =
  (typeof crashPoints)[Work][number];

/** Those that a process of the API comes to. */
export type ApiCrashPoint = CrashPoint<'accepting'>;
export const apiCrashPoints: readonly ApiCrashPoint[] = crashPoints.accepting;

/** Those that a worker comes to. */
export type WorkerCrashPoint = Exclude<CrashPoint, ApiCrashPoint>;
export const workerCrashPoints: readonly WorkerCrashPoint[] = [
  ...crashPoints.sending,
  ...crashPoints.lookingUp,
  ...crashPoints.overtaken,
  ...crashPoints.sweeping,
  ...crashPoints.writing,
];
