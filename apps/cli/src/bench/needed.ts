import type { SimulatedState } from '@broadstreet-sync/testkit';

/** The fewest requests with which a run can do its work, and in how many levels they wait for each other. */
export interface Needed {
  readonly requests: number;
  readonly levels: number;
}

/**
 * Of an import: the list of networks; of each network a look at its counts and the lists of advertisers, zones and
 * advertisements; of each advertiser the list of campaigns; of each campaign that of placements. Pure.
 */
export function neededForImport({ networks, advertisers, campaigns }: SimulatedState): Needed {
  return { requests: 1 + 4 * networks.length + advertisers.length + campaigns.length, levels: 5 };
}

/** Of an export: one request for each entity, and the names that the account's networks have. Pure. */
export function neededForExport(drafts: number): Needed {
  return { requests: drafts + 1, levels: 5 };
}
