import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type KindName, kindNames, type Rows, rowSchemas } from '../rows.ts';
import type { State } from '../state.ts';
import type { AccountDefinition } from './definition.ts';
import { generateAccount } from './generate-account.ts';

const accountFile = new URL('../../data/account-r.json', import.meta.url);

/** Account R as lists give it, with parents' ids; placements get the ids that only the simulator knows. */
const accountR = z.object({
  networks: z.array(rowSchemas.networks),
  advertisers: z.array(rowSchemas.advertisers),
  zones: z.array(rowSchemas.zones),
  advertisements: z.array(rowSchemas.advertisements),
  campaigns: z.array(rowSchemas.campaigns),
  placements: z.array(rowSchemas.placements.omit({ id: true })),
});

let readOnce: z.output<typeof accountR> | undefined;

/** Fills a state with the rows of an account. */
export function seedAccount(state: State, definition: AccountDefinition): void {
  const insert = <K extends KindName>(kind: K, row: Rows[K]) =>
    state.apply<K>({ op: 'insert', kind, row, origin: 'seed' });

  if (definition.account === 'L') generateAccount(state, definition, insert);
  if (definition.account === 'bare') insert('networks', bareNetwork(state));
  if (definition.account === 'R') {
    readOnce ??= accountR.parse(JSON.parse(readFileSync(accountFile, 'utf8')));
    const { placements, ...others } = readOnce;
    for (const kind of kindNames) if (kind !== 'placements') insertAll(kind, others[kind]);
    for (const row of placements) insert('placements', { ...row, id: state.allocatePlacementId() });
  }

  function insertAll<K extends KindName>(kind: K, rows: readonly Rows[K][]): void {
    for (const row of rows) insert(kind, row);
  }
}

function bareNetwork(state: State): Rows['networks'] {
  const id = state.allocateId();
  const links = { web_home_url: 'https://publisher.example', logo: { url: null } };
  return { id, name: 'Publisher', group_id: null, ...links, valet_active: false };
}
