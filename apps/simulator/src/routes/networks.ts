import { json, list } from '../answers.ts';
import { scopedKey } from '../state.ts';
import { networkBody, readBody } from './bodies.ts';
import { type Call, type Route, refuseTakenKey, rowOfPath, showRow } from './route.ts';

function checkName(call: Call, name: string, exceptId: number | null): void {
  if (call.settings.unique_names) refuseTakenKey(call, 'networks', 'name', scopedKey(0, name), exceptId);
}

export const networkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/networks',
    handle: (call) => list('networks', call.state.tables.networks.all(), (row) => showRow(call, 'networks', row)),
  },
  {
    method: 'POST',
    path: '/networks',
    handle(call) {
      const { name, logo, web_home_url = null } = readBody(call, networkBody);
      checkName(call, name, null);
      const id = call.state.allocateId();
      const row = { id, name, group_id: null, web_home_url, logo: { url: logo ?? null }, valet_active: false };
      call.state.apply({ op: 'insert', kind: 'networks', row, origin: 'api' });
      return json(201, { network: showRow(call, 'networks', row) }, { kind: 'networks', id, key: null });
    },
  },
  {
    method: 'GET',
    path: '/networks/{id}',
    handle(call) {
      const row = rowOfPath(call, 'networks');
      const { advertisers, zones } = call.state.tables;
      const counts = {
        advertiser_count: advertisers.countWhere('network_id', row.id),
        zone_count: zones.countWhere('network_id', row.id),
      };
      return json(200, { network: { ...showRow(call, 'networks', row), ...counts } });
    },
  },
  {
    method: 'PUT',
    path: '/networks/{id}',
    handle(call) {
      const old = rowOfPath(call, 'networks');
      // The contract requires the name here too.
      const { name, logo, web_home_url = old.web_home_url } = readBody(call, networkBody);
      checkName(call, name, old.id);
      const row = { ...old, name, web_home_url, logo: logo === undefined ? old.logo : { url: logo } };
      call.state.apply({ op: 'update', kind: 'networks', row });
      return json(200, { network: showRow(call, 'networks', row) }, { kind: 'networks', id: row.id, key: null });
    },
  },
];
