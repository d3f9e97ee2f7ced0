import { json, list } from '../answers.ts';
import type { Row } from '../rows.ts';
import { scopedKey } from '../state.ts';
import { advertisementBody, readBody } from './bodies.ts';
import { type Call, type Route, refuseTakenKey, requireParent, showRow } from './route.ts';

/** Ads of a network, narrowed to an advertiser and to a zone where those are given. */
function* findAdvertisements(call: Call): Generator<Row<'advertisements'>> {
  const { advertisements, placements } = call.state.tables;
  const networkId = requireParent(call, 'network_id', 'networks');
  const advertiserId = call.query.advertiser_id && requireParent(call, 'advertiser_id', 'advertisers');
  const zoneId = call.query.zone_id && requireParent(call, 'zone_id', 'zones');
  const inZone = zoneId && new Set([...placements.where('zone_id', zoneId)].map((row) => row.advertisement_id));

  const rows = advertiserId
    ? advertisements.where('advertiser_id', advertiserId)
    : advertisements.where('network_id', networkId);
  for (const row of rows) if (row.network_id === networkId && (!inZone || inZone.has(row.id))) yield row;
}

/** Made with the host's own clock, without a zone's offset. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

/** The answer to a POST has another shape than list rows (openapi v1, POST /advertisements). */
function showCreated(id: number, name: string): Record<string, unknown> {
  const script = (query: string) =>
    `<script type="text/javascript" src="https://ad.example/display/${id}.js${query}"></script>`;
  return { id, name, preferred_hash_tag: `#ad${id}`, html: script(''), preview_html: script('?preview=true') };
}

export const advertisementRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/advertisements',
    handle: (call) => list('advertisements', findAdvertisements(call), (row) => showRow(call, 'advertisements', row)),
  },
  {
    method: 'POST',
    path: '/advertisements',
    handle(call) {
      const advertiser_id = requireParent(call, 'advertiser_id', 'advertisers');
      const body = readBody(call, advertisementBody, ['advertiser_id', 'network_id']);
      if (call.settings.unique_names)
        refuseTakenKey(call, 'advertisements', 'name', scopedKey(advertiser_id, body.name), null);
      const id = call.state.allocateId();
      const isStatic = body.type.toLowerCase() === 'static';
      const uploaded = body.active_base64 ? `https://cdn.example/${id}.png` : null;
      const row: Row<'advertisements'> = {
        id,
        network_id: call.state.tables.advertisers.get(advertiser_id)?.network_id ?? 0,
        advertiser_id,
        name: body.name,
        type: isStatic ? 'StaticAdvertisement' : 'HtmlAdvertisement',
        active: { url: isStatic ? (body.active_url ?? uploaded) : null },
        preview_url: `https://preview.example/${id}`,
        updated_at: timestamp(call.now),
        written: { destination: body.destination },
      };
      call.state.apply({ op: 'insert', kind: 'advertisements', row, origin: 'api' });
      return json(201, { advertisement: showCreated(id, body.name) }, { kind: 'advertisements', id, key: null });
    },
  },
];
