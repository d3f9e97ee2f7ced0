import { json, list, noBody } from '../answers.ts';
import { scopedKey } from '../state.ts';
import { advertiserBody, readBody } from './bodies.ts';
import { type Call, type Route, refuseTakenKey, requireParent, rowOfPath, showRow } from './route.ts';

function checkName(call: Call, networkId: number, name: string, exceptId: number | null): void {
  if (call.settings.unique_names) refuseTakenKey(call, 'advertisers', 'name', scopedKey(networkId, name), exceptId);
}

export const advertiserRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/advertisers',
    handle(call) {
      const rows = call.state.tables.advertisers.where('network_id', requireParent(call, 'network_id', 'networks'));
      return list('advertisers', rows, (row) => showRow(call, 'advertisers', row));
    },
  },
  {
    method: 'POST',
    path: '/advertisers',
    handle(call) {
      const network_id = requireParent(call, 'network_id', 'networks');
      const { name, web_home_url = null, notes = null } = readBody(call, advertiserBody, ['network_id']);
      checkName(call, network_id, name, null);
      const id = call.state.allocateId();
      const row = { id, network_id, name, logo: { url: null }, web_home_url, notes, admins: [] };
      call.state.apply({ op: 'insert', kind: 'advertisers', row, origin: 'api' });
      return json(201, { advertiser: showRow(call, 'advertisers', row) }, { kind: 'advertisers', id, key: null });
    },
  },
  {
    method: 'GET',
    path: '/advertisers/{id}',
    handle: (call) => json(200, { advertiser: showRow(call, 'advertisers', rowOfPath(call, 'advertisers')) }),
  },
  {
    method: 'PUT',
    path: '/advertisers/{id}',
    handle(call) {
      const old = rowOfPath(call, 'advertisers');
      const body = readBody(call, advertiserBody.partial(), ['network_id']);
      const { name = old.name, web_home_url = old.web_home_url, notes = old.notes } = body;
      checkName(call, old.network_id, name, old.id);
      const row = { ...old, name, web_home_url, notes };
      call.state.apply({ op: 'update', kind: 'advertisers', row });
      const written = { kind: 'advertisers', id: row.id, key: null } as const;
      return json(200, { advertiser: showRow(call, 'advertisers', row) }, written);
    },
  },
  {
    method: 'DELETE',
    path: '/advertisers/{id}',
    handle(call) {
      const { id } = rowOfPath(call, 'advertisers');
      call.state.apply({ op: 'remove', kind: 'advertisers', id, cascade: true });
      return noBody(204, { kind: 'advertisers', id, key: null });
    },
  },
];
