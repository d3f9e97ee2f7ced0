import { createHmac } from 'node:crypto';

/**
 * The name under which an account's budget is kept: the same for every process that uses the same token against the
 * same host, and of no use to whoever reads it in Redis.
 *
 * @param token the account's access token
 * @param baseUrl the API's address
 * @returns 24 hex digits of HMAC-SHA256 with the token as key
 */
export function accountKey(token: string, baseUrl: string): string {
  return createHmac('sha256', token).update(`broadstreet-sync budget ${baseUrl}`).digest('hex').slice(0, 24);
}

/** Stands for the token in {@link accountKey} where it is stored and may be replaced: one budget then outlives the tokens. */
export const storedAccount = 'the token that is stored';
