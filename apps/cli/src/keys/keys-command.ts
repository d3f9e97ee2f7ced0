import { roles } from '@broadstreet-sync/domain';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NewKeyOptions } from './keys.ts';

const longestName = 64;

/** Adds the commands that make, list and revoke access keys. */
export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .description('access keys of the API and the dashboard, in the store that the settings name or `start` uses');

  keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--name <name>', 'whose it is: runs and the audit trail name it', nameOfKey)
    .addOption(new Option('--role <role>', 'what it allows').choices(roles).makeOptionMandatory())
    .option('--if-none', 'make none where there is a key of an admin', false)
    .option('--json', 'for programs', false)
    .addHelpText('after', '\nExample:\n  ./sync keys create --name "Ada Lovelace" --role operator')
    .action(async (options: NewKeyOptions) => {
      // Not loaded by other commands: it brings the store.
      const { createKey } = await import('./keys.ts');
      await createKey(options);
    });

  keys
    .command('list')
    .description('the keys that there are')
    .option('--json', 'for programs', false)
    .action(async (options: { json: boolean }) => {
      const { listKeys } = await import('./keys.ts');
      await listKeys(options);
    });

  keys
    .command('revoke')
    .description('make a key of no use, and end all log-ins by it')
    .argument('<name or id>', 'of the key')
    .action(async (idOrName: string) => {
      const { revokeKey } = await import('./keys.ts');
      await revokeKey(idOrName);
    });
}

function nameOfKey(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > longestName)
    throw new InvalidArgumentError(`It must have 1 to ${longestName} characters.`);
  return name;
}
