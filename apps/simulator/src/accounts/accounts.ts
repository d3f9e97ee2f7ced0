import { createHash } from 'node:crypto';
import { type Account, createAccount } from '../account.ts';
import { StartFault } from '../start-fault.ts';
import type { AccountFiles } from './account-files.ts';
import type { AccountDefinition } from './definition.ts';

/** The accounts of this process by access token; each token is its own account. */
export interface Accounts {
  find(token: string): Account | undefined;
  /** A new account in the place of the token's old one. */
  put(token: string, definition: AccountDefinition): Account;
  /** The token's stored account with these settings, or a new one. Throws a `StartFault` where another account is stored. */
  ensure(token: string, definition: AccountDefinition): Account;
  remove(token: string): boolean;
}

/** What stands for a token wherever it is kept; the token itself is not. */
function tokenKey(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

/** The accounts of a process; those in `files`, where given, are there again as they were left. */
export function createAccounts(files: AccountFiles | null): Accounts {
  const accounts = new Map<string, Account>();
  for (const { key, definition } of files?.stored() ?? []) {
    const account = createAccount(definition);
    files?.replay(key, account.state);
    keep(key, account);
  }

  function keep(key: string, account: Account): void {
    accounts.get(key)?.state.listen(() => {});
    accounts.set(key, account);
    if (files) account.state.listen((change) => files.append(key, change));
  }

  function put(token: string, definition: AccountDefinition): Account {
    const key = tokenKey(token);
    const account = createAccount(definition);
    files?.start(key, definition);
    keep(key, account);
    return account;
  }

  return {
    put,
    find: (token) => accounts.get(tokenKey(token)),
    ensure(token, definition) {
      const stored = accounts.get(tokenKey(token));
      if (!stored) return put(token, definition);
      if (describeSeed(stored.definition) !== describeSeed(definition))
        throw new StartFault(
          'dataDir',
          `holds account ${describeSeed(stored.definition)} for this token, and account ` +
            `${describeSeed(definition)} is asked for: give another folder or another token`,
        );
      stored.settings = definition.settings;
      return stored;
    },
    remove(token) {
      const key = tokenKey(token);
      accounts.get(key)?.state.listen(() => {});
      files?.remove(key);
      return accounts.delete(key);
    },
  };
}

function describeSeed({ account, scale, seed, counts }: AccountDefinition): string {
  return account === 'L' ? `L (scale ${scale}, seed ${seed}, counts ${JSON.stringify(counts)})` : account;
}
