import { writeSync } from 'node:fs';
import { SettingsError } from '@broadstreet-sync/runtime';

/** What happens to the process at a named point. */
export interface Trap {
  readonly point: string;
  /** What the process sends itself there. */
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** The time at which it does so that the point is reached, the first being 1. */
  readonly nth: number;
}

const shape = /^([a-z_]+)(?::([1-9]\d*))?$/;

/**
 * Reads a trap from `point[:nth]`.
 *
 * @param setting where the text comes from
 * @throws SettingsError where there is no such point
 */
export function readTrap(setting: string, text: string, signal: Trap['signal'], points: readonly string[]): Trap {
  const [, point, nth = '1'] = shape.exec(text) ?? [];
  if (point !== undefined && points.includes(point)) return { point, signal, nth: Number(nth) };
  const message = `must be point or point:nth, with one of the points ${points.join(', ')} (is "${text}")`;
  throw new SettingsError([{ name: setting, message }]);
}

/**
 * Gives what is to be called at each named point.
 *
 * @param spring what happens at a trap; by default the process says where it is and sends itself the signal
 */
export function arm(traps: readonly Trap[], spring: (trap: Trap) => void = signalSelf): (point: string) => void {
  const reached = new Map<string, number>();
  return (point) => {
    const times = (reached.get(point) ?? 0) + 1;
    reached.set(point, times);
    for (const trap of traps) if (trap.point === point && trap.nth === times) spring(trap);
  };
}

function signalSelf({ point, signal }: Trap): void {
  // Written at once: after SIGKILL nothing is written any more.
  writeSync(1, `${signal} at ${point}\n`);
  process.kill(process.pid, signal);
}
