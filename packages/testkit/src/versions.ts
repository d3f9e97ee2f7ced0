import type { AccountEdit, SimulatedAccount, SimulatedKind } from './simulator.ts';

type Row = Record<string, unknown>;

/** How the rows of each kind carry the number of their version, twice: a row that is half of another shows it. */
const stamps: Readonly<Record<SimulatedKind, (row: Row, version: number) => Row>> = {
  networks: (row, version) => ({ name: stamped(row, version), web_home_url: `https://v${version}.example` }),
  advertisers: (row, version) => ({ name: stamped(row, version), web_home_url: `https://v${version}.example` }),
  zones: (row, version) => ({ name: stamped(row, version), alias: `zone ${String(row.id)} v${version}` }),
  advertisements: (row, version) => ({ name: stamped(row, version), preview_url: `https://v${version}.example` }),
  campaigns: (row, version) => ({ name: stamped(row, version), max_impression_count: version }),
  placements: (_row, version) => ({ restrictions: [`v${version}`, `again v${version}`] }),
};

/** Fields of production's entities by which {@link versionOf} reads them. */
export const stampFields: Readonly<Record<SimulatedKind, readonly [string, string?]>> = {
  networks: ['name', 'web_home_url'],
  advertisers: ['name', 'web_home_url'],
  zones: ['name', 'alias'],
  advertisements: ['name', 'preview_url'],
  campaigns: ['name', 'max_impression_count'],
  placements: ['restrictions'],
};

const kindsOf = Object.keys(stamps) as SimulatedKind[];
/** Ids of the zones that come and go begin here. */
const firstPassing = 900_000;

/** What finds the entities of a kind that are there in every version. */
export function lasting(kind: SimulatedKind): Row {
  if (kind === 'zones') return { id: { $lt: firstPassing } };
  return kind === 'placements' ? { zone_id: { $lt: firstPassing } } : {};
}

function stamped(row: Row, version: number): string {
  return `${String(row.name).replace(/ v\d+$/, '')} v${version}`;
}

/**
 * Makes another version of an account: every row is changed, in two places; one zone with all that is placed in it goes, and
 * another comes.
 */
export async function nextVersion(remote: SimulatedAccount, version: number): Promise<void> {
  const state = await remote.state();
  const [network] = state.networks;
  const gone = state.zones.filter(({ id }) => Number(id) >= firstPassing);
  const edits: AccountEdit[] = gone.map(({ id }) => ({ kind: 'zones', op: 'remove', id: Number(id) }));
  for (const kind of kindsOf) {
    for (const row of state[kind].filter((one) => !gone.includes(one))) {
      const fields = stamps[kind](row, version);
      if (kind !== 'placements') edits.push({ kind, op: 'update', id: Number(row.id), fields });
      else if (!gone.some(({ id }) => id === row.zone_id)) {
        const { campaign_id, advertisement_id, zone_id } = row;
        edits.push({ kind, op: 'update', fields: { campaign_id, advertisement_id, zone_id, ...fields } });
      }
    }
  }
  const [campaign, advertisement] = [state.campaigns, state.advertisements].map((rows) => Number(rows[0]?.id));
  const id = firstPassing + version;
  const zone = { network_id: network?.id, name: `Passing v${version}`, alias: `zone ${id} v${version}` };
  edits.push({ kind: 'zones', op: 'insert', id, fields: zone });
  const placement = { campaign_id: campaign, advertisement_id: advertisement, zone_id: id };
  edits.push({ kind: 'placements', op: 'insert', fields: { ...placement, ...stamps.placements({}, version) } });
  await remote.edits(edits);
}

/** The version that a production entity belongs to; null where it does not belong to one as a whole. */
export function versionOf(kind: SimulatedKind, entity: Row): number | null {
  const found = stampFields[kind].flatMap((field) => (field === undefined ? [] : versionsIn(entity[field])));
  const [version] = found;
  return version !== undefined && found.length === 2 && found.every((other) => other === version) ? version : null;
}

function versionsIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(versionsIn);
  const [, digits] = /v(\d+)(?:\.example)?$/.exec(String(value)) ?? [];
  return digits === undefined ? [] : [Number(digits)];
}
