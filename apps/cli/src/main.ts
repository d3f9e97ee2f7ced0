import { runMain } from '@broadstreet-sync/runtime';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';

/** What shells and programs expect of a command line that makes no sense. */
const USAGE_FAULT = 2;

runMain(async () => {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    // Commander has said what is wrong, or printed the help that was asked for.
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : USAGE_FAULT;
  }
});
