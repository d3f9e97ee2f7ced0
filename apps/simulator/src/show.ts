import type { KindName, Rows } from './rows.ts';
import type { State } from './state.ts';

/** How the API shows the row of a kind: reads do not name parents, except where the contract and real data do. */
export const shown: { [K in KindName]: (state: State, row: Rows[K]) => Record<string, unknown> } = {
  networks: (_state, row) => ({ ...row, path: `/networks/${row.id}` }),
  advertisers: (_state, { network_id: _network, ...row }) => row,
  // The contract has `network_id` in a zone, real rows do not: the setting `zone_network_id` decides (see showZone).
  zones: (_state, { network_id: _network, ...row }) => row,
  advertisements: (state, row) => ({
    id: row.id,
    name: row.name,
    updated_at: row.updated_at,
    type: row.type,
    advertiser: state.tables.advertisers.get(row.advertiser_id)?.name ?? null,
    active: row.active,
    active_placement: state.hasActivePlacement(row.id),
    preview_url: row.preview_url,
  }),
  campaigns: (state, { written: _written, ...row }) => {
    const networkId = state.tables.advertisers.get(row.advertiser_id)?.network_id;
    return { ...row, path: `/networks/${networkId}/advertisers/${row.advertiser_id}/campaigns/${row.id}` };
  },
  placements: (_state, { advertisement_id, zone_id, restrictions }) => ({ advertisement_id, zone_id, restrictions }),
};

/** The ids that a row's scope gives and the row itself does not carry: what an account file adds to a shown row. */
const scopeOf: { [K in KindName]: (row: Rows[K]) => Record<string, unknown> } = {
  networks: () => ({}),
  advertisers: ({ network_id }) => ({ network_id }),
  zones: ({ network_id }) => ({ network_id }),
  advertisements: ({ network_id, advertiser_id }) => ({ network_id, advertiser_id }),
  campaigns: () => ({}),
  placements: ({ campaign_id }) => ({ campaign_id }),
};

/** A row as the control interface gives it: as the API shows it, with its parents' ids. */
export function showWithParents<K extends KindName>(state: State, kind: K, row: Rows[K]): Record<string, unknown> {
  return { ...shown[kind](state, row), ...scopeOf[kind](row) };
}
