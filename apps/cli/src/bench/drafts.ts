import type { SimulatedKind, SimulatedState } from '@broadstreet-sync/testkit';
import { type Db, ObjectId } from 'mongodb';

type Row = Record<string, unknown>;

/** Fields of drafts by kind, as the rows of an account say. */
const fieldsOf: Readonly<Record<SimulatedKind, (row: Row) => Row>> = {
  networks: named,
  advertisers: named,
  zones: named,
  advertisements: (row) => ({ ...named(row), type: 'static', destination: 'https://example.com/' }),
  campaigns: (row) => ({ ...named(row), start_date: '2026-01-01' }),
  placements: () => ({}),
};
const parentsOf: readonly (readonly [field: string, kind: SimulatedKind])[] = [
  ['network_id', 'networks'],
  ['advertiser_id', 'advertisers'],
  ['campaign_id', 'campaigns'],
  ['advertisement_id', 'advertisements'],
  ['zone_id', 'zones'],
];
/** Of an advertisement the network follows from its advertiser. */
const isParent: Readonly<Record<SimulatedKind, readonly string[]>> = {
  networks: [],
  advertisers: ['network_id'],
  zones: ['network_id'],
  advertisements: ['advertiser_id'],
  campaigns: ['advertiser_id'],
  placements: ['campaign_id', 'advertisement_id', 'zone_id'],
};
const order = ['networks', 'advertisers', 'zones', 'advertisements', 'campaigns', 'placements'] as const;

/** Another account's entities as local ones, all of them new. Gives how many. */
export async function draftLike(db: Db, rows: SimulatedState): Promise<number> {
  const ids = new Map<string, ObjectId>();
  let count = 0;
  for (const kind of order) {
    const drafts = draftsOf(kind, rows[kind], ids);
    if (drafts.length > 0) await db.collection(`local_${kind}`).insertMany(drafts, { ordered: false });
    count += drafts.length;
  }
  return count;
}

function draftsOf(kind: SimulatedKind, rows: readonly Row[], ids: Map<string, ObjectId>) {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const fields = isParent[kind];
    const of = parentsOf.filter(([field]) => fields.includes(field));
    const parents = of.map(
      ([field, parent]) => [field, ids.get(`${parent} ${String(row[field])}`)?.toHexString()] as const,
    );
    const key = kind === 'placements' ? parents.map(([, id]) => id).join('-') : String(row.id);
    // Accounts have placements twice, and such as refer to nothing.
    if (seen.has(key) || parents.some(([, id]) => id === undefined)) return [];
    seen.add(key);
    const _id = new ObjectId();
    ids.set(`${kind} ${String(row.id)}`, _id);
    return [{ _id, ...fieldsOf[kind](row), ...Object.fromEntries(parents) }];
  });
}

function named({ name }: Row): Row {
  return { name: String(name).trim() };
}
