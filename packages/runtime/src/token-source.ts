import type { Logger } from './logger.ts';
import { createSeal, type Seal } from './seal.ts';

/** So long a process may go on with a token that was replaced. */
const lookEveryMs = 10_000;

/** Seals a stored token; undefined without a SECRET_KEY. */
export function tokenSeal(secretKey: string | undefined): Seal | undefined {
  return secretKey === undefined ? undefined : createSeal(secretKey, 'access token');
}

/** Where a process has the access token from. */
export interface TokenSource {
  /** Whether the environment gives it: then nothing else does. */
  readonly isGiven: boolean;
  /** Empty where there is none. */
  now(): string;
  /** Looks at what is stored, at once. @throws what `read` throws */
  refresh(): Promise<void>;
  close(): void;
}

export interface TokenSourceParts {
  /** BROADSTREET_ACCESS_TOKEN. */
  readonly given: string | undefined;
  /** {@link tokenSeal} */
  readonly seal: Seal | undefined;
  /** What is stored, sealed. */
  readonly read: () => Promise<string | null>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** The access token of the environment, else the one that was stored, as it is replaced. */
export async function createTokenSource({ given, seal, read, log }: TokenSourceParts): Promise<TokenSource> {
  if (given !== undefined) return { isGiven: true, now: () => given, refresh: async () => undefined, close() {} };
  let sealed: string | null = null;
  let token = '';

  async function refresh(): Promise<void> {
    const found = await read();
    if (found === sealed) return;
    sealed = found;
    token = found === null ? '' : opened(found);
    if (token !== '') log.info('the access token that is stored is used from now on');
  }

  function opened(found: string): string {
    try {
      return seal?.open(found) ?? '';
    } catch {
      log.error('the access token that is stored was sealed by another SECRET_KEY: set that key, or the token anew');
      return '';
    }
  }

  await refresh();
  if (token === '') log.warn('there is no access token: set it on the page Settings, or as BROADSTREET_ACCESS_TOKEN');
  const timer = setInterval(() => {
    // What is known stays good while the store is away.
    refresh().catch((err: unknown) => log.warn({ err }, 'whether the access token was replaced is not known'));
  }, lookEveryMs).unref();
  return { isGiven: false, now: () => token, refresh, close: () => clearInterval(timer) };
}
