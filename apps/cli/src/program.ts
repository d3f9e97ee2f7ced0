import { Command, InvalidArgumentError, Option } from 'commander';
import type { BenchOptions } from './bench/bench.ts';
import type { ChaosOptions } from './chaos/chaos.ts';
import { checkProject } from './check.ts';
import { addKeysCommand } from './keys/keys-command.ts';
import { runApp } from './run-app.ts';
import { runDashboard } from './run-dashboard.ts';
import { runTests } from './run-tests.ts';
import { start } from './start/start.ts';

/** The command line: each command's arguments, options and help. Throws `CommanderError` for one it does not know. */
export function createProgram(): Command {
  const program = new Command('sync')
    .description('Keeps a publisher’s MongoDB and its Broadstreet account in step, in both directions.')
    .exitOverride()
    .showHelpAfterError();

  program
    .command('start')
    .description('start everything with embedded defaults: stores, simulator (without a token), worker, API')
    .option('--no-download', 'fetch no binary: stop where MongoDB or Redis would have to be fetched')
    .action((options: { download: boolean }) => start({ noDownload: !options.download }));

  program
    .command('test')
    .description('run all tests, or those of some files or folders; the last line is `N passed, N failed`')
    .argument('[paths...]', 'parts of the paths of test files')
    .option('-t, --name <pattern>', 'only tests whose name fits this regular expression')
    .action((paths: string[], options: { name?: string }) => runTests(paths, options.name));

  program
    .command('trial')
    .description(
      'run what takes too long to be a test: a list of a million rows, fifty kills under the eyes of a reader',
    )
    .argument('[paths...]', 'parts of the paths of trials')
    .action((paths: string[]) => runTests(paths, undefined, 'trials'));

  program.command('check').description('types, format, lint, boundaries, unused code').action(checkProject);

  program
    .command('bench')
    .description('ratios to the bound that the rate sets, measured on the simulator; exit code 1 where one is missed')
    .option('--full', 'all rows, not the short ones alone: some take ten minutes', false)
    .option('--only <names>', 'these rows, with commas between', (names: string) => names.split(','), [])
    .option('--json <file>', 'keep the figures there, beside those of other rows')
    .action(async (options: BenchOptions) => {
      // Not loaded by other commands: it brings what tests use.
      const { bench } = await import('./bench/bench.ts');
      await bench(options);
    });

  program
    .command('chaos')
    .description('break things on purpose, and count what was made twice or lost')
    .option('--seed <number>', 'the same faults again', wholeNumber, 1)
    .addOption(new Option('--scale <scale>', 'how much of it').choices(['short', 'full']).default('short'))
    .option('--full', 'the same as --scale full')
    .option('--only <names>', 'these scenarios, with commas between', (names: string) => names.split(','), [])
    .option('--lanes <number>', 'scenarios at once', wholeNumber, 2)
    .option('--json', 'for programs', false)
    .option('--write <folder>', 'keep a page of the results there')
    .action(async (options: ChaosOptions & { full?: true }) => {
      // Not loaded by other commands: it brings what tests use.
      const { chaos } = await import('./chaos/chaos.ts');
      await chaos(options.full ? { ...options, scale: 'full' } : options);
    });

  addKeysCommand(program);

  for (const [app, description] of [
    ['api', 'the HTTP API and Bull Board'],
    ['worker', 'one worker'],
    ['simulator', 'the simulated Broadstreet API'],
  ] as const) {
    program
      .command(app)
      .description(`${description}, in the foreground; settings from the environment only`)
      .action(() => runApp(app));
  }
  program
    .command('web')
    .description('the dashboard as it is edited, in the foreground, beside a start')
    .action(runDashboard);
  return program;
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
