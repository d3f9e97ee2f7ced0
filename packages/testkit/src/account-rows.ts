import type { SimulatedKind, SimulatedState } from './simulator.ts';

type Rows = Record<string, unknown>[];

/** Rows in an order that depends on nothing but them, so that two sets of rows can be compared. */
export function inFixedOrder(rows: Rows): Rows {
  return rows
    .map((row) => [JSON.stringify(Object.entries(row).sort()), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
}

/** The account's rows as production is to hold them, with the ids of their networks and advertisers, in fixed order. */
export function expectedRows(state: SimulatedState, kind: SimulatedKind): Rows {
  const campaigns = new Map(state.campaigns.map((row) => [row.id, row]));
  const advertisers = new Map(state.advertisers.map((row) => [row.id, row]));
  const rows = state[kind].map((row) => {
    const campaign = campaigns.get(row.campaign_id);
    const advertiserId = row.advertiser_id ?? campaign?.advertiser_id;
    if (advertiserId === undefined) return row;
    return { ...row, advertiser_id: advertiserId, network_id: advertisers.get(advertiserId)?.network_id };
  });
  return inFixedOrder(rows);
}
