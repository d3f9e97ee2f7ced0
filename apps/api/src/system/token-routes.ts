import { type AccountView, api, type TokenView } from '@broadstreet-sync/contract';
import type { Store } from '@broadstreet-sync/store';
import { type Binding, bind, reply } from '../http/bind.ts';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { testConnection } from './test-connection.ts';

interface TokenRouteParts extends Pick<ApiParts, 'tokens' | 'networks'> {
  readonly store: Pick<Store, 'production' | 'storedToken'>;
  readonly readAccount: () => AccountView;
}

/** What shows where the access token comes from, and replaces it. */
export function bindToken(parts: TokenRouteParts): Binding[] {
  const { store, tokens } = parts;
  return [
    ...bind(api.getToken, async () => reply(200, await readToken(parts))),
    ...bind(api.setToken, async ({ body: { token } }, { who, isPatient }) => {
      const why = whyFixed(parts);
      if (why !== null || tokens.seal === undefined) throw tokenFixed(why ?? '');
      isPatient();
      await requireGood(parts, token);
      await store.storedToken.keep(tokens.seal.seal(token), who.name);
      await tokens.source.refresh();
      return reply(200, await readToken(parts));
    }),
  ];
}

async function readToken(parts: TokenRouteParts): Promise<TokenView> {
  const { isGiven } = parts.tokens.source;
  const stored = isGiven ? null : await parts.store.storedToken.read();
  return {
    source: isGiven ? 'environment' : stored === null ? null : 'stored',
    set_at: stored?.set_at.toISOString() ?? null,
    set_by: stored?.set_by ?? null,
    fixed: whyFixed(parts),
  };
}

/** Why it cannot be set here; null: it can. */
function whyFixed({ tokens, readAccount }: TokenRouteParts): string | null {
  if (readAccount().mode === 'demo') return 'This is the simulator: it takes no token that is worth keeping.';
  if (tokens.source.isGiven)
    return 'It is set where the processes are started, as BROADSTREET_ACCESS_TOKEN: change it there.';
  if (tokens.seal === undefined)
    return 'There is no SECRET_KEY to encrypt it with: set one for the API and every worker.';
  return null;
}

function tokenFixed(detail: string): ProblemError {
  return new ProblemError({ code: 'token_fixed', detail });
}

/** @throws ProblemError `invalid_input`, `other_account`, `token_not_checked` */
async function requireGood({ tokens, networks, store }: TokenRouteParts, token: string): Promise<void> {
  const remote = tokens.withToken(token);
  try {
    const { works, error, is_same_account } = await testConnection({ remote, networks, store });
    if (error?.category === 'authentication')
      throw invalidInput([{ path: 'token', message: 'is refused by Broadstreet' }]);
    if (!works) {
      const detail = `Whether the token is good is not known, and the one before is kept. ${error?.message ?? ''} ${error?.remedy ?? ''}`;
      throw new ProblemError({ code: 'token_not_checked', detail: detail.trim() });
    }
    if (is_same_account === false) {
      const detail =
        'The token is of another account: it shows none of the networks that are known here. The one before is kept.';
      throw new ProblemError({ code: 'other_account', detail });
    }
  } finally {
    remote.close();
  }
}
