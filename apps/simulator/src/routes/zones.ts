import { json, list, noBody } from '../answers.ts';
import { scopedKey } from '../state.ts';
import { readBody, zoneBody } from './bodies.ts';
import { type Call, type Route, refuseTakenKey, requireParent, rowOfPath, showRow, single } from './route.ts';

function checkKeys(
  call: Call,
  networkId: number,
  { name, alias }: { name: string; alias: string | null },
  exceptId: number | null,
): void {
  if (call.settings.unique_names) refuseTakenKey(call, 'zones', 'name', scopedKey(networkId, name), exceptId);
  if (alias !== null) refuseTakenKey(call, 'zones', 'alias', scopedKey(networkId, alias), exceptId);
}

/** A blank alias is none. */
function readAlias(alias: string | null): string | null {
  return alias === null || alias.trim() === '' ? null : alias;
}

export const zoneRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/zones',
    handle(call) {
      const rows = call.state.tables.zones.where('network_id', requireParent(call, 'network_id', 'networks'));
      return list('zones', rows, (row) => showRow(call, 'zones', row));
    },
  },
  {
    method: 'POST',
    path: '/zones',
    handle(call) {
      const network_id = requireParent(call, 'network_id', 'networks');
      const { name, alias: given = null } = readBody(call, zoneBody, ['network_id']);
      const alias = readAlias(given);
      checkKeys(call, network_id, { name, alias }, null);
      const id = call.state.allocateId();
      const row = { id, network_id, name, alias, self_serve: false };
      call.state.apply({ op: 'insert', kind: 'zones', row, origin: 'api' });
      return json(201, { zone: showRow(call, 'zones', row) }, { kind: 'zones', id, key: null });
    },
  },
  {
    method: 'GET',
    path: '/zones/{id}',
    handle: (call) => single(call.settings, 'zone', showRow(call, 'zones', rowOfPath(call, 'zones'))),
  },
  {
    method: 'PUT',
    path: '/zones/{id}',
    handle(call) {
      const old = rowOfPath(call, 'zones');
      // The contract requires the name here too.
      const { name, alias: given = old.alias } = readBody(call, zoneBody, ['network_id']);
      const row = { ...old, name, alias: readAlias(given) };
      checkKeys(call, old.network_id, row, old.id);
      call.state.apply({ op: 'update', kind: 'zones', row });
      const written = { kind: 'zones', id: row.id, key: null } as const;
      return single(call.settings, 'zone', showRow(call, 'zones', row), { written });
    },
  },
  {
    method: 'DELETE',
    path: '/zones/{id}',
    handle(call) {
      const { id } = rowOfPath(call, 'zones');
      call.state.apply({ op: 'remove', kind: 'zones', id, cascade: true });
      return noBody(204, { kind: 'zones', id, key: null });
    },
  },
];
