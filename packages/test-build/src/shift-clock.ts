/**
 * Gives a date that is wrong: all that is made of "now" is off by so many milliseconds. What is made of a given time is
 * right, and the monotonic clock is not touched: timers run as before.
 */
export function shiftedDate(right: DateConstructor, offsetMs: number): DateConstructor {
  const now = () => right.now() + offsetMs;
  return new Proxy(right, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new right(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}

/** Makes the clock of this process wrong, see {@link shiftedDate}. */
export function shiftClock(offsetMs: number): void {
  globalThis.Date = shiftedDate(globalThis.Date, offsetMs);
}
