import { list, noBody, notFound, unprocessable } from '../answers.ts';
import { parents, type Row } from '../rows.ts';
import { tripleKey } from '../state.ts';
import { placementBody, readBody } from './bodies.ts';
import { type Call, Refusal, type Route, requireParent, showRow, toId } from './route.ts';

function checkParents({ state }: Call, body: Record<string, unknown>): void {
  const errors: Record<string, string> = {};
  for (const { field, kind } of parents.placements)
    if (!state.tables[kind].get(toId(body[field]) ?? 0)) errors[field] = 'not found';
  if (Object.keys(errors).length > 0) throw new Refusal(unprocessable(errors));
}

function keyOf({ campaign_id, advertisement_id, zone_id }: Omit<Row<'placements'>, 'id' | 'restrictions'>) {
  return { campaign_id, advertisement_id, zone_id };
}

export const placementRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/placements',
    handle(call) {
      const rows = call.state.tables.placements.where('campaign_id', requireParent(call, 'campaign_id', 'campaigns'));
      const envelope = call.settings.placements_envelope;
      return list(envelope === 'array' ? null : envelope, rows, (row) => showRow(call, 'placements', row));
    },
  },
  {
    method: 'POST',
    path: '/placements',
    handle(call) {
      const { restrictions, ...triple } = readBody(call, placementBody);
      checkParents(call, triple);
      const twins = [...call.state.tables.placements.withKey('triple', tripleKey(triple))];
      // What a second POST of the same placement does is undefined in the contract.
      if (twins.length > 0 && call.settings.repeated_placement === 'refused')
        throw new Refusal(unprocessable({ zone_id: ['has already been taken'] }));
      if (twins.length > 0 && call.settings.repeated_placement === 'ignored') return noBody(201);
      const row = {
        id: call.state.allocatePlacementId(),
        ...triple,
        restrictions: restrictions ? [restrictions] : [],
      };
      call.state.apply({ op: 'insert', kind: 'placements', row, origin: 'api' });
      // 201 with an empty body (openapi v1, POST /placements).
      return noBody(201, { kind: 'placements', id: null, key: keyOf(row) });
    },
  },
  {
    method: 'DELETE',
    path: '/placements',
    handle(call) {
      const triple = {
        campaign_id: requireParent(call, 'campaign_id', 'campaigns'),
        advertisement_id: requireParent(call, 'advertisement_id', 'advertisements'),
        zone_id: requireParent(call, 'zone_id', 'zones'),
      };
      const rows = [...call.state.tables.placements.withKey('triple', tripleKey(triple))];
      if (rows.length === 0) return notFound();
      for (const { id } of rows) call.state.apply({ op: 'remove', kind: 'placements', id, cascade: true });
      return noBody(204, { kind: 'placements', id: null, key: triple });
    },
  },
];
