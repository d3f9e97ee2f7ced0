import { remotePart } from '@broadstreet-sync/domain';
import type { ProductionDocument, ProductionWrite } from '@broadstreet-sync/store';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../row.ts';
import { earlier, later, productionZone, runId, stagedChange } from '../testing/documents.ts';
import { asIfCleared, resolveAsCleared } from './fresh.ts';

const now = new Date('2026-11-23T12:00:00Z');

const wish = { requested_at: earlier, requested_by: 'x', part_of: null, with: null, drafts: [], sent_at: null };
const underWay = { ...wish, sent_at: earlier };

function documentOf(write: ProductionWrite): ProductionDocument {
  if (!('document' in write)) throw new Error(`is ${write.operation}`);
  return write.document;
}

/** A zone whose hash is that of its content. */
function asRead(): ProductionDocument {
  const entity = productionZone(7);
  return { ...entity, sync: { ...entity.sync, hash: contentHash(remotePart(entity)) } };
}

describe('asIfCleared', () => {
  it('leaves an entity that is what its list last said', () => {
    expect(asIfCleared(asRead())).toEqual(asRead());
  });

  it.each([
    ['was edited', { sync: { ...asRead().sync, edited: ['name'] } }],
    ['shows an edit', { name: 'Mine' }],
    ['has a value that lists do not return', { notes: 'kept' }],
    ['was exported, and no list has shown it yet', { sync: { ...asRead().sync, hash: null } }],
    ['is to be removed', { sync: { ...asRead().sync, deletion: wish } }],
  ])('takes one that %s for another', (_, change) => {
    expect(asIfCleared({ ...asRead(), ...change }).sync.hash).toBeNull();
  });
});

describe('resolveAsCleared', () => {
  it('drops the wish to remove an entity, and leaves a removal that is under way to the export', () => {
    const after = (deletion: typeof wish | typeof underWay) =>
      documentOf(resolveAsCleared(stagedChange(), productionZone(7, { deletion }), now)).sync.deletion;

    expect([after(wish), after(underWay)]).toEqual([undefined, underWay]);
  });

  it('leaves nothing of an entity but what was read, where it came from, and its revision', () => {
    const made = {
      ...productionZone(7, { original_local_id: 'a', edited: ['alias'], base: { alias: 'x' } }, { notes: 'kept' }),
      alias: 'mine',
      created_locally: true,
      synced_with_api: true,
    };

    expect(resolveAsCleared(stagedChange(), made, now)).toEqual({
      operation: 'update',
      document: {
        id: 7,
        name: 'New',
        network_id: 1,
        _id: '7',
        created_locally: true,
        synced_with_api: true,
        synced_at: now,
        sync: {
          hash: 'new',
          revision: 4,
          written_at: now,
          run_id: runId,
          edited: [],
          base: {},
          dangling: false,
          original_local_id: 'a',
        },
      },
    });
  });

  it('says nothing of an origin where there is none', () => {
    expect(documentOf(resolveAsCleared(stagedChange(), productionZone(7), now)).sync).not.toHaveProperty(
      'original_local_id',
    );
  });

  it('inserts and removes as any import, and leaves what was written after the list was asked for', () => {
    const insert = stagedChange({ operation: 'insert', expects: null });
    const remove = stagedChange({ operation: 'remove', after: null, hash: null });

    expect(resolveAsCleared(insert, null, now).operation).toBe('insert');
    expect(resolveAsCleared(remove, productionZone(7), now)).toEqual({ operation: 'remove' });
    expect(resolveAsCleared(stagedChange(), productionZone(7, { written_at: later }), now)).toEqual({
      operation: 'none',
    });
  });
});
