import { json, noBody, notFound, unprocessable } from '../answers.ts';
import type { KindName } from '../rows.ts';
import { type Call, Refusal, type Route, requireParent, rowOfPath, showRow, toId } from './route.ts';

/*
 * The calls of the contract that are not about the six kinds. Nothing is ever shown or clicked here, so reports
 * have no records and totals of 0; the shapes are the contract's.
 */

const reported: Record<string, KindName> = {
  network: 'networks',
  advertiser: 'advertisers',
  campaign: 'campaigns',
  advertisement: 'advertisements',
};

function requireUser({ query }: Call): void {
  if (toId(query.user_id) === null) throw new Refusal(unprocessable({ user_id: "can't be blank" }));
}

function report(call: Call) {
  if (call.query.type === 'custom') {
    requireParent(call, 'network_id', 'networks');
    for (const field of ['select', 'group'])
      if (!call.query[field]) throw new Refusal(unprocessable({ [field]: "can't be blank" }));
    return json(200, { records: [] });
  }
  const kind = reported[call.query.type ?? ''];
  if (!kind) return unprocessable({ type: 'is not included in the list' });
  const row = call.state.tables[kind].get(requireParent(call, 'id', kind));
  if (!row) return notFound();
  const advertiserId = 'advertiser_id' in row ? row.advertiser_id : kind === 'advertisers' ? row.id : null;
  const advertiser = advertiserId === null ? undefined : call.state.tables.advertisers.get(advertiserId);
  const name = 'name' in row ? row.name : null;
  return json(200, {
    object: { id: row.id, name, advertiser_id: advertiserId, advertiser_name: advertiser?.name ?? null },
    records: [],
    totals: { clicks: 0, views: 0, hovers: 0, conversions: 0 },
  });
}

function highlights(call: Call) {
  const network = rowOfPath(call, 'networks');
  const { advertisers, advertisements } = call.state.tables;
  const made = (kind: KindName, rows: Iterable<{ id: number }>) =>
    [...rows].filter(({ id }) => call.state.origin(kind, id) === 'api').length;
  const [ad] = advertisements.where('network_id', network.id);
  return json(200, {
    data: {
      advertisers_created: made('advertisers', advertisers.where('network_id', network.id)),
      advertisements_created: made('advertisements', advertisements.where('network_id', network.id)),
      avg_ctr: 0,
      highest_ctr: { ctr: 0, ad: ad ? showRow(call, 'advertisements', ad) : null },
    },
  });
}

export const reportingRoutes: readonly Route[] = [
  { method: 'GET', path: '/records', handle: report },
  { method: 'GET', path: '/networks/{id}/highlights', handle: highlights },
  {
    method: 'POST',
    path: '/networks/{id}/network_admins',
    handle(call) {
      rowOfPath(call, 'networks');
      requireUser(call);
      return noBody(201);
    },
  },
  {
    method: 'DELETE',
    path: '/networks/{id}/network_admins',
    handle(call) {
      rowOfPath(call, 'networks');
      requireUser(call);
      // An account of the simulator has one user for each network, who cannot go (openapi v1, status 400).
      return json(400, { message: 'cannot abandon network' });
    },
  },
  {
    method: 'POST',
    path: '/advertisers/{id}/advertiser_admins',
    handle(call) {
      rowOfPath(call, 'advertisers');
      requireUser(call);
      return noBody(201);
    },
  },
];
