import { normalizeName } from './names.ts';
import { type KindName, kindNames, type Row, type Rows } from './rows.ts';
import { createTable, type Table } from './table.ts';

type Tables = { [K in KindName]: Table<Rows[K]> };

/** Who made a row: the account's seed, a request to the API, or a direct edit over the control interface. */
type Origin = 'seed' | 'api' | 'edit';

/** The only way a state changes; replaying the changes of a state gives that state again. */
export type Change<K extends KindName = KindName> =
  | { op: 'insert'; kind: K; row: Rows[K]; origin: Origin }
  | { op: 'update'; kind: K; row: Rows[K] }
  | { op: 'remove'; kind: K; id: number; cascade: boolean };

export interface State {
  tables: Tables;
  /** Applies a change and tells the listener; a removal takes what hangs on the row along. */
  apply<K extends KindName>(change: Change<K>): void;
  /** Ids come from one counter, so those of two kinds never overlap. */
  allocateId(): number;
  /** Placements have no id in the API; the simulator's own come from a counter of their own. */
  allocatePlacementId(): number;
  origin(kind: KindName, id: number): Origin;
  /** Whether the ad is in a placement of an active campaign. */
  hasActivePlacement(advertisementId: number): boolean;
  /** Is told every change from then on. */
  listen(listener: (change: Change) => void): void;
}

/** What hangs on a row of each kind, and by which field. */
const children: Record<KindName, readonly { kind: KindName; field: string }[]> = {
  networks: [
    { kind: 'advertisers', field: 'network_id' },
    { kind: 'zones', field: 'network_id' },
  ],
  advertisers: [
    { kind: 'advertisements', field: 'advertiser_id' },
    { kind: 'campaigns', field: 'advertiser_id' },
  ],
  zones: [{ kind: 'placements', field: 'zone_id' }],
  advertisements: [{ kind: 'placements', field: 'advertisement_id' }],
  campaigns: [{ kind: 'placements', field: 'campaign_id' }],
  placements: [],
};

/** An empty state: rows of the six kinds under an account. */
export function createState(): State {
  const tables = createTables();
  const madeLater = new Map<string, Origin>();
  let lastId = 0;
  let lastPlacementId = 0;
  let listener = (_change: Change): void => {};

  function remove(kind: KindName, id: number, cascade: boolean): void {
    if (cascade)
      for (const child of children[kind])
        for (const row of tables[child.kind].where(child.field, id)) remove(child.kind, row.id, true);
    tables[kind].remove(id);
    madeLater.delete(`${kind}:${id}`);
  }

  return {
    tables,
    apply<K extends KindName>(change: Change<K>) {
      if (change.op === 'remove') remove(change.kind, change.id, change.cascade);
      else {
        const table: Table<Rows[K]> = tables[change.kind];
        table.put(change.row);
        if (change.op === 'insert' && change.origin !== 'seed')
          madeLater.set(`${change.kind}:${change.row.id}`, change.origin);
        if (change.kind === 'placements') lastPlacementId = Math.max(lastPlacementId, change.row.id);
        else lastId = Math.max(lastId, change.row.id);
      }
      listener(change);
    },
    allocateId: () => ++lastId,
    allocatePlacementId: () => ++lastPlacementId,
    origin: (kind, id) => madeLater.get(`${kind}:${id}`) ?? 'seed',
    hasActivePlacement(advertisementId) {
      for (const placement of tables.placements.where('advertisement_id', advertisementId))
        if (tables.campaigns.get(placement.campaign_id)?.active) return true;
      return false;
    },
    listen(next) {
      listener = next;
    },
  };
}

/** Key of the rows that share a name rule or an alias rule: a parent's id and the normalised text. */
export function scopedKey(parentId: number, text: string): string {
  return `${parentId}:${normalizeName(text)}`;
}

/** Key of a placement: its three parents. */
export function tripleKey(row: Pick<Row<'placements'>, 'campaign_id' | 'advertisement_id' | 'zone_id'>): string {
  return `${row.campaign_id}-${row.advertisement_id}-${row.zone_id}`;
}

function createTables(): Tables {
  return {
    networks: createTable({ parents: {}, keys: { name: (row) => scopedKey(0, row.name) } }),
    advertisers: createTable({
      parents: { network_id: (row) => row.network_id },
      keys: { name: (row) => scopedKey(row.network_id, row.name) },
    }),
    zones: createTable({
      parents: { network_id: (row) => row.network_id },
      keys: {
        name: (row) => scopedKey(row.network_id, row.name),
        alias: (row) => (row.alias === null ? null : scopedKey(row.network_id, row.alias)),
      },
    }),
    advertisements: createTable({
      parents: { advertiser_id: (row) => row.advertiser_id, network_id: (row) => row.network_id },
      keys: { name: (row) => scopedKey(row.advertiser_id, row.name) },
    }),
    campaigns: createTable({
      parents: { advertiser_id: (row) => row.advertiser_id },
      keys: { name: (row) => scopedKey(row.advertiser_id, row.name) },
    }),
    placements: createTable<Row<'placements'>>({
      parents: {
        campaign_id: (row) => row.campaign_id,
        advertisement_id: (row) => row.advertisement_id,
        zone_id: (row) => row.zone_id,
      },
      keys: { triple: tripleKey },
    }),
  };
}

/** How many rows of each kind there are. */
export function countRows(state: State): Record<string, number> {
  return Object.fromEntries(kindNames.map((kind) => [kind, state.tables[kind].size()]));
}
