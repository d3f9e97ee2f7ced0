import type { ConflictPolicy } from '@broadstreet-sync/domain';
import type { ChangeDocument, ProductionDocument, ProductionWrite } from '@broadstreet-sync/store';
import { describe, expect, it } from 'vitest';
import { earlier, later, productionZone, requestedAt, runId, stagedChange } from '../testing/documents.ts';
import { resolveChange as resolveBy } from './resolve-change.ts';

const now = new Date('2026-11-23T12:00:00Z');
const current = productionZone(7);
const none = { operation: 'none' };
const insert = stagedChange({ operation: 'insert', expects: null });
const remove = stagedChange({ operation: 'remove', after: null, hash: null });

function resolveChange(
  change: ChangeDocument,
  document: ProductionDocument | null,
  at: Date,
  policy: ConflictPolicy = 'remote_wins',
): ProductionWrite {
  return resolveBy(change, document, at, policy);
}

function documentOf(write: ProductionWrite): ProductionDocument {
  if (!('document' in write)) throw new Error(`is ${write.operation}`);
  return write.document;
}

describe('resolveChange', () => {
  it('inserts what is new as nobody here made it', () => {
    expect(resolveChange(insert, null, now)).toEqual({
      operation: 'insert',
      document: {
        id: 7,
        name: 'New',
        network_id: 1,
        _id: '7',
        created_locally: false,
        synced_with_api: false,
        synced_at: now,
        sync: {
          hash: 'new',
          revision: 1,
          written_at: now,
          run_id: runId,
          edited: [],
          base: {},
          dangling: false,
        },
      },
    });
  });

  it('updates, and keeps fields that lists do not return, flags and origin', () => {
    const made = {
      ...productionZone(7, { original_local_id: 'a' }, { notes: 'kept', name: 'Old' }),
      created_locally: true,
      synced_with_api: true,
    };

    expect(documentOf(resolveChange(stagedChange(), made, now))).toMatchObject({
      name: 'New',
      notes: 'kept',
      created_locally: true,
      synced_with_api: true,
      synced_at: now,
      sync: { hash: 'new', revision: 4, written_at: now, run_id: runId, original_local_id: 'a' },
    });
  });

  describe('of an edited entity', () => {
    const edited = productionZone(7, { edited: ['name'], base: { name: 'Before' } }, { name: 'Mine' });
    const theirs = stagedChange({ after: { id: 7, name: 'Theirs', alias: 'top' } });

    it('keeps the edit where only other fields changed', () => {
      const other = stagedChange({ after: { id: 7, name: 'Before', alias: 'top' } });

      expect(documentOf(resolveChange(other, edited, now))).toMatchObject({
        name: 'Mine',
        alias: 'top',
        sync: { edited: ['name'], base: { name: 'Before' } },
      });
    });

    it('ends the edit where the remote has the same by now', () => {
      const same = stagedChange({ after: { id: 7, name: 'Mine' } });

      expect(documentOf(resolveChange(same, edited, now)).sync).toMatchObject({ edited: [], base: {} });
    });

    it.each([
      ['remote_wins', 'Theirs', [], {}],
      ['local_wins', 'Mine', ['name'], { name: 'Theirs' }],
      // What it is compared with stays, or the conflict would be forgotten.
      ['manual', 'Mine', ['name'], { name: 'Before' }],
    ] as const)('changed on both sides is decided by %s', (policy, name, fields, base) => {
      const document = documentOf(resolveChange(theirs, edited, now, policy));

      expect(document).toMatchObject({ name, alias: 'top' });
      expect(document.sync).toMatchObject({ edited: fields });
      expect(document.sync.base).toEqual(base);
      const open = { run_id: runId, at: now, remote: { name: 'Theirs' } };
      expect(document.sync.conflict).toEqual(policy === 'manual' ? open : undefined);
    });

    describe('and in conflict', () => {
      const found = { run_id: 'an earlier run', at: earlier };
      const open = productionZone(
        7,
        { edited: ['name'], base: { name: 'Before' }, conflict: { ...found, remote: { name: 'Theirs' } } },
        { name: 'Mine' },
      );
      const row = (fields: object) => stagedChange({ after: { id: 7, ...fields } });

      it.each(['remote_wins', 'local_wins', 'manual'] as const)(
        'waits for a person under %s, with what the remote says now',
        (policy) => {
          const document = documentOf(resolveChange(row({ name: 'Theirs again' }), open, now, policy));

          expect(document).toMatchObject({ name: 'Mine', sync: { edited: ['name'], base: { name: 'Before' } } });
          expect(document.sync.conflict).toEqual({ ...found, remote: { name: 'Theirs again' } });
        },
      );

      it('waits too where a row does not have the field', () => {
        expect(documentOf(resolveChange(row({ alias: 'top' }), open, now)).sync.conflict).toEqual(open.sync.conflict);
      });

      it('is so no more where both have the same, or the remote has again what it had', () => {
        const same = documentOf(resolveChange(row({ name: 'Mine' }), open, now));
        const back = documentOf(resolveChange(row({ name: 'Before' }), open, now));

        expect(same.sync).toMatchObject({ edited: [], base: {} });
        expect(back).toMatchObject({ name: 'Mine', sync: { edited: ['name'], base: { name: 'Before' } } });
        for (const { sync } of [same, back]) expect(sync).not.toHaveProperty('conflict');
      });

      it('names the run that found another field', () => {
        const twice = productionZone(
          7,
          { ...open.sync, edited: ['name', 'alias'], base: { name: 'Before', alias: null } },
          { name: 'Mine', alias: 'mine' },
        );

        const document = documentOf(resolveChange(row({ name: 'Theirs', alias: 'theirs' }), twice, now, 'manual'));

        const remote = { name: 'Theirs', alias: 'theirs' };
        expect(document.sync.conflict).toEqual({ run_id: runId, at: now, remote });
      });
    });

    it('keeps edits of what lists never show', () => {
      const hidden = productionZone(7, { edited: ['notes'] }, { notes: 'mine' });

      expect(documentOf(resolveChange(theirs, hidden, now))).toMatchObject({
        notes: 'mine',
        sync: { edited: ['notes'], base: {} },
      });
    });
  });

  describe('of what is to be removed', () => {
    const deletion = { requested_at: earlier, requested_by: 'x', part_of: null, with: null, drafts: [], sent_at: null };

    it('keeps the wish over an update', () => {
      const planned = productionZone(7, { deletion });

      expect(documentOf(resolveChange(stagedChange(), planned, now)).sync.deletion).toEqual(deletion);
    });

    it('removes it when somebody else was first, and leaves it to the export whose request has left', () => {
      expect(resolveChange(remove, productionZone(7, { deletion }), now)).toEqual({ operation: 'remove' });
      const sent = productionZone(7, { deletion: { ...deletion, sent_at: earlier } });
      expect(resolveChange(remove, sent, now)).toEqual(none);
    });
  });

  it('marks a row whose parents are not known, and unmarks it', () => {
    expect(documentOf(resolveChange(stagedChange({ dangling: true }), current, now)).sync.dangling).toBe(true);
    const dangling = productionZone(7, { dangling: true });
    expect(documentOf(resolveChange(stagedChange(), dangling, now)).sync.dangling).toBe(false);
  });

  it('removes what the list no longer shows; what is gone stays gone', () => {
    expect(resolveChange(remove, current, now)).toEqual({ operation: 'remove' });
    expect(resolveChange(remove, null, now)).toEqual(none);
  });

  it.each([
    ['insert', insert],
    ['update', stagedChange()],
    ['removal', remove],
  ])(
    'drops an %s of what was written after the list was asked for, whether the comparison saw it or not',
    (_, change) => {
      for (const expects of [null, 3, 4]) {
        const seen = productionZone(7, { revision: 4, written_at: later });
        expect(resolveChange({ ...change, expects }, seen, now)).toEqual(none);
      }
    },
  );

  it.each([
    ['insert', insert],
    ['update', stagedChange()],
    ['removal', remove],
  ])('makes an %s once: again it is dropped, whatever the clocks say', (_, change) => {
    const done = productionZone(7, { run_id: runId, revision: 1, written_at: earlier });

    expect(resolveChange(change, done, now)).toEqual(none);
  });

  it('takes an insert of what was there before the list was asked for as an update', () => {
    const there = productionZone(7, { written_at: requestedAt, hash: null }, { notes: 'kept' });

    expect(resolveChange(insert, there, now)).toMatchObject({ operation: 'update', document: { notes: 'kept' } });
  });
});
