import { type EntityFields, kinds } from '@broadstreet-sync/domain';
import type { ProductionDocument } from '@broadstreet-sync/store';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../row.ts';
import { later, productionZone, requestedAt } from '../testing/documents.ts';
import { diffMissing, diffRows } from './diff-scope.ts';

const row = (id: number, fields: EntityFields = {}): EntityFields => ({ id, name: `Z${id}`, network_id: 1, ...fields });
const known = (id: number, fields: EntityFields = {}) => productionZone(id, { hash: contentHash(row(id, fields)) });
const byKey = (...entities: ProductionDocument[]) => new Map(entities.map((entity) => [entity._id, entity]));

describe('diffRows', () => {
  it('tells inserts, updates and what is the same', () => {
    const rows = [row(1), row(2, { name: 'Renamed' }), row(4)];

    const { changes, counts } = diffRows(kinds.zones, rows, byKey(known(1), known(2)), requestedAt);

    expect(changes.map(({ key, operation, expects }) => [key, operation, expects])).toEqual([
      ['2', 'update', 3],
      ['4', 'insert', null],
    ]);
    expect(counts).toEqual({ inserted: 1, updated: 1, removed: 0, unchanged: 1, conflicts: 0 });
  });

  it('finds nothing where nothing differs, whatever the order of rows and keys', () => {
    const rows = [{ network_id: 1, name: 'Z2', id: 2 }, row(1)];

    expect(diffRows(kinds.zones, rows, byKey(known(1), known(2)), requestedAt)).toMatchObject({
      changes: [],
      counts: { unchanged: 2 },
    });
  });

  it('stages what an update changes to, with its hash and when the list was asked for', () => {
    const after = row(1, { name: 'New' });

    const { changes } = diffRows(kinds.zones, [after], byKey(known(1)), requestedAt);

    expect(changes).toEqual([
      {
        key: '1',
        operation: 'update',
        expects: 3,
        requested_at: requestedAt,
        before: null,
        after,
        hash: contentHash(after),
        dangling: false,
      },
    ]);
  });

  it('compares anew what no list has shown yet', () => {
    const { changes } = diffRows(kinds.zones, [row(1)], byKey(productionZone(1, { hash: null })), requestedAt);

    expect(changes).toMatchObject([{ key: '1', operation: 'update' }]);
  });

  it('changes nothing that an export wrote after the list was asked for', () => {
    const written = byKey(productionZone(1, { written_at: later }));

    const { changes, counts } = diffRows(kinds.zones, [row(1, { name: 'As it was' })], written, requestedAt);

    expect(changes).toEqual([]);
    expect(counts).toMatchObject({ updated: 0, unchanged: 1 });
  });

  it('marks rows whose ancestors are not known', () => {
    const rows = [
      { id: 1, name: 'A', network_id: 1, advertiser_id: null },
      { id: 2, name: 'B', network_id: 1, advertiser_id: 5 },
    ];

    const { changes } = diffRows(kinds.advertisements, rows, new Map(), requestedAt);

    expect(changes.map(({ dangling }) => dangling)).toEqual([true, false]);
  });

  it('knows a placement by its three parents', () => {
    const placement = { campaign_id: 1, advertisement_id: 2, zone_id: 3, network_id: 1, advertiser_id: 1 };

    const { changes } = diffRows(kinds.placements, [placement], new Map(), requestedAt);

    expect(changes).toMatchObject([{ key: '1-2-3', operation: 'insert' }]);
  });
});

describe('diffMissing', () => {
  it('removes what the list does not show, but nothing that was written after it was asked for', () => {
    const { changes, counts } = diffMissing([known(1), productionZone(2, { written_at: later })], requestedAt);

    expect(changes).toMatchObject([{ key: '1', operation: 'remove', expects: 3, after: null }]);
    expect(counts).toMatchObject({ removed: 1, unchanged: 1 });
  });
});
