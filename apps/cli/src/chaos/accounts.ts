import type { SimulatedKind } from '@broadstreet-sync/testkit';

/*
 * What the machine knows of accounts, written apart from the code under test and from the API's contract alone, so that
 * both would have to err in the same way for a fault to stay unseen.
 */

/** Every kind, parents first. */
export const kinds: readonly SimulatedKind[] = [
  'networks',
  'advertisers',
  'zones',
  'advertisements',
  'campaigns',
  'placements',
];

/** The field of the parent within which a name is unique; none: the account. Placements have no names. */
export const nameParent: Readonly<Record<SimulatedKind, string | null>> = {
  networks: null,
  advertisers: 'network_id',
  zones: 'network_id',
  advertisements: 'advertiser_id',
  campaigns: 'advertiser_id',
  placements: null,
};

/** The parent whose list shows an entity: within it an unknown outcome is looked up. */
export const listParent: Readonly<Record<SimulatedKind, string | null>> = { ...nameParent, placements: 'campaign_id' };

export type Row = Record<string, unknown>;

/** What identifies a row: its id, or a placement's parents as production has them. */
export function keyOf(kind: SimulatedKind, row: Row): string {
  if (kind !== 'placements') return String(row.id);
  return [row.campaign_id, row.advertisement_id, row.zone_id].join('-');
}

/** A name as two are compared: without outer blanks and case, in one Unicode form. */
export function plainName(name: unknown): string {
  return String(name).normalize('NFC').trim().toLowerCase();
}
