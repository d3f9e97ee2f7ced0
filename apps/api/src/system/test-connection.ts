import type { ConnectionTestView } from '@broadstreet-sync/contract';
import { type EntityKind, type ErrorRecord, rootKind, toErrorRecord } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';
import type { ApiParts } from '../parts.ts';

interface TestParts extends Pick<ApiParts, 'remote' | 'networks'> {
  readonly store: Pick<Store, 'production'>;
}

const msPerSecond = 1000;
const mostNetworks = 500;

/** A person waits: longer than one request may take, and no longer. */
const answerWithinMs = 20_000;

/**
 * Asks Broadstreet for the networks of the account, before all else that waits for a request.
 *
 * @param withinMs after which there is no answer: the rate budget waits for Redis however long it is away
 */
export async function testConnection(
  { remote, networks, store }: TestParts,
  withinMs = answerWithinMs,
): Promise<ConnectionTestView> {
  const signal = AbortSignal.timeout(withinMs);
  const began = performance.now();
  const seconds = () => Math.round(performance.now() - began) / msPerSecond;
  try {
    const rows = await remote.list(listOf(rootKind), { priority: 'interactive', signal });
    const ids = rows.map(({ id }) => Number(id));
    return {
      works: true,
      seconds: seconds(),
      networks: rows.slice(0, mostNetworks).map(({ id, name }) => ({
        id: Number(id),
        name: String(name),
        is_synced: networks === null || networks.includes(Number(id)),
      })),
      is_same_account: await isSameAccount(store, ids),
      error: null,
    };
  } catch (error) {
    const why = signal.aborted ? noAnswer(withinMs) : toErrorRecord(error);
    return { works: false, seconds: seconds(), networks: [], is_same_account: null, error: why };
  }
}

function noAnswer(withinMs: number): ErrorRecord {
  return {
    category: 'network',
    code: 'no_answer_in_time',
    message: `There was no answer within ${withinMs / msPerSecond} s: from Redis, which keeps the rate budget, or from Broadstreet.`,
    remedy: 'Check that Redis runs (REDIS_URL) and that this machine is online; try again when less is under way.',
  };
}

function listOf({ list, row, identity }: EntityKind) {
  return { path: list.path, query: {}, envelopes: list.envelopes, row, identity, bare: list.bare };
}

/** Says whether the account shows anything of what is known here; null where nothing is. */
async function isSameAccount({ production }: TestParts['store'], ids: readonly number[]): Promise<boolean | null> {
  const known = await production.page(rootKind.name, {}, {}, 0, 1);
  if (known.total === 0) return null;
  return (await production.many(rootKind.name, ids.map(String))).length > 0;
}
