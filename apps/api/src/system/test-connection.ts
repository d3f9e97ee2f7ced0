import type { ConnectionTestView } from '@broadstreet-sync/contract';
import { type EntityKind, rootKind, toErrorRecord } from '@broadstreet-sync/domain';
import type { Store } from '@broadstreet-sync/store';
import type { ApiParts } from '../parts.ts';

interface TestParts extends Pick<ApiParts, 'remote' | 'networks'> {
  readonly store: Pick<Store, 'production'>;
}

const msPerSecond = 1000;
const mostNetworks = 500;

/** Asks Broadstreet for the networks of the account, before all else that waits for a request. */
export async function testConnection({ remote, networks, store }: TestParts): Promise<ConnectionTestView> {
  const began = performance.now();
  const seconds = () => Math.round(performance.now() - began) / msPerSecond;
  try {
    const rows = await remote.list(listOf(rootKind), { priority: 'interactive' });
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
    return { works: false, seconds: seconds(), networks: [], is_same_account: null, error: toErrorRecord(error) };
  }
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
