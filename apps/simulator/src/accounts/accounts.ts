import { createHash } from 'node:crypto';
import { type Account, createAccount } from '../account.ts';
import type { AccountDefinition } from './definition.ts';

/** The accounts of this process by access token; each token is its own account. */
export interface Accounts {
  find(token: string): Account | undefined;
  /** A new account in the place of the token's old one. */
  put(token: string, definition: AccountDefinition): Account;
  remove(token: string): boolean;
}

/** What stands for a token wherever it is kept; the token itself is not. */
export function tokenKey(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

export function createAccounts(): Accounts {
  const accounts = new Map<string, Account>();

  return {
    find: (token) => accounts.get(tokenKey(token)),
    put(token, definition) {
      const account = createAccount(definition);
      accounts.set(tokenKey(token), account);
      return account;
    },
    remove: (token) => accounts.delete(tokenKey(token)),
  };
}
