import { readSettings } from '@broadstreet-sync/runtime';
import { z } from 'zod';
import { addHosts } from './add-hosts.ts';
import { shiftClock } from './shift-clock.ts';
import { arm, readTrap } from './traps.ts';

const wholeNumber = 'must be a whole number of milliseconds';

/** Read by test builds and by nothing else. */
const testSettings = z.object({
  /** `point[:nth]`: dies there by SIGKILL. */
  BROADSTREET_TEST_CRASH: z.string().optional(),
  /** `point[:nth]`: is stopped there, until it gets SIGCONT. */
  BROADSTREET_TEST_STOP: z.string().optional(),
  /** By how much this machine's clock is wrong. */
  BROADSTREET_TEST_CLOCK_MS: z.coerce.number(wholeNumber).int(wholeNumber).default(0),
  /** `name=address`, with commas between: host names that this process resolves. */
  BROADSTREET_TEST_HOSTS: z
    .string()
    .regex(/^[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*$/, 'must be name=address, with commas between')
    .transform(
      (text) =>
        new Map(text.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
    )
    .optional(),
});

/**
 * Does to this process what the settings of test builds ask for.
 *
 * @param points named points of the process at which it can be killed or stopped
 * @returns what is to be called at each of them
 * @throws SettingsError
 */
export function testBuild<Point extends string>(points: readonly Point[]): (point: Point) => void {
  const settings = readSettings(testSettings);
  const traps = (
    [
      ['BROADSTREET_TEST_CRASH', 'SIGKILL'],
      ['BROADSTREET_TEST_STOP', 'SIGSTOP'],
    ] as const
  ).flatMap(([name, signal]) => {
    const text = settings[name];
    return text === undefined ? [] : [readTrap(name, text, signal, points)];
  });
  if (settings.BROADSTREET_TEST_CLOCK_MS !== 0) shiftClock(settings.BROADSTREET_TEST_CLOCK_MS);
  if (settings.BROADSTREET_TEST_HOSTS !== undefined) addHosts(settings.BROADSTREET_TEST_HOSTS);
  return arm(traps);
}
