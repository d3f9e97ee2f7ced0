import { createRedactor } from './redact.ts';
import { SettingsError } from './settings.ts';

/**
 * Runs an app's `main` and, where it throws before it is up, says why and exits with 1: wrong settings in their
 * own words, anything else with its stack.
 */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const text = error instanceof SettingsError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${createRedactor()(text ?? '')}\n`);
    process.exit(1);
  });
}
