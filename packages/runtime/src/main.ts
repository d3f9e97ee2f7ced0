import { createRedactor } from './redact.ts';
import { SettingsError } from './settings.ts';

/**
 * Runs an app's `main` and, where it throws before it is up, says why and exits with 1: an error that was thrown on
 * purpose (it has a `category`, or is about settings) in its own words and with its remedy, anything else with its
 * stack.
 */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${createRedactor()(explain(error))}\n`);
    process.exit(1);
  });
}

/** What a person reads of an error that ends a process. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof SettingsError) return error.message;
  if (!('category' in error) || error.category === 'internal') return error.stack ?? error.message;
  return 'remedy' in error && typeof error.remedy === 'string' ? `${error.message}\n${error.remedy}` : error.message;
}
