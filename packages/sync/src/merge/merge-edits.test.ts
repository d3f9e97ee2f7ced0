import { conflictPolicies, decide, type EntityFields, kinds } from '@broadstreet-sync/domain';
import { editedPart, type ProductionDocument } from '@broadstreet-sync/store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveChange } from '../import/resolve-change.ts';
import { productionZone, requestedAt, stagedChange } from '../testing/documents.ts';

const { zones } = kinds;
const now = new Date('2026-11-23T12:00:00Z');
const text = fc.constantFrom('a', 'b', 'c');
const fields: fc.Arbitrary<EntityFields> = fc.record({ name: text, alias: fc.option(text) });
const policies = fc.constantFrom(...conflictPolicies);

/** What an import by some policy makes of an entity, given the row of the account. */
function imported(
  document: ProductionDocument,
  row: EntityFields,
  policy: (typeof conflictPolicies)[number],
  run: number,
) {
  const change = stagedChange({ run_id: `run ${run}`, requested_at: requestedAt, after: { id: 7, ...row } });
  const current = { ...document, sync: { ...document.sync, written_at: new Date(0) } };
  const write = resolveChange(change, current, now, policy);
  if (write.operation !== 'update') throw new Error(`is ${write.operation}`);
  return write;
}

it('over any edits and changes, each field has the value of the side that changed it, or waits for a person', () => {
  fc.assert(
    fc.property(fields, fields, fields, policies, (base, local, remote, policy) => {
      const edited = (['name', 'alias'] as const).filter((field) => local[field] !== base[field]);
      const known = Object.fromEntries(edited.map((field) => [field, base[field]]));
      const { document, conflicts } = imported(
        productionZone(7, { edited: [...edited], base: known }, local),
        remote,
        policy,
        1,
      );

      for (const field of ['name', 'alias']) {
        const [isHere, isThere] = [local[field] !== base[field], remote[field] !== base[field]];
        const isConflict = isHere && isThere && local[field] !== remote[field];
        const takesLocal = isHere && (!isThere || policy !== 'remote_wins');
        expect(document[field]).toEqual(takesLocal ? local[field] : remote[field]);
        expect(document.sync.edited.includes(field)).toBe(takesLocal && local[field] !== remote[field]);
        expect(conflicts?.some((conflict) => conflict.field === field)).toBe(isConflict);
        expect(field in (document.sync.conflict?.remote ?? {})).toBe(isConflict && policy === 'manual');
      }
    }),
  );
});

it('over any number of imports, what is open stays so until both agree or a person decides, and then does not come back', () => {
  fc.assert(
    fc.property(
      fields,
      fields,
      fc.array(fc.tuple(fields, policies), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('local' as const, 'remote' as const),
      (base, local, steps, decision) => {
        const edited = ['name', 'alias'].filter((field) => local[field] !== base[field]);
        const known = Object.fromEntries(edited.map((field) => [field, base[field]]));
        let document = productionZone(7, { edited, base: known }, local);
        let row: EntityFields = base;
        for (const [at, [next, policy]] of steps.entries()) {
          const open = Object.keys(document.sync.conflict?.remote ?? {});
          const compared = document.sync.base;
          row = next;
          document = imported(document, row, policy, at).document;
          for (const field of open) {
            const isSettled = row[field] === local[field] || row[field] === compared[field];
            expect(field in (document.sync.conflict?.remote ?? {})).toBe(!isSettled);
            expect(document[field]).toEqual(local[field]);
          }
        }
        const open = Object.keys(document.sync.conflict?.remote ?? {});
        const wishes = Object.fromEntries(open.map((field) => [field, decision]));
        const after = decide(zones, editedPart(document), wishes);
        const { conflict: _, ...sync } = document.sync;
        const decided = {
          ...document,
          ...after.fields,
          sync: { ...sync, edited: [...after.edited], base: after.base },
        };

        const again = imported(decided, row, 'manual', steps.length);

        expect(after.open).toBeUndefined();
        expect(again.conflicts).toEqual([]);
        expect(again.document.sync).toMatchObject({ edited: after.edited, base: after.base });
        for (const field of open) expect(again.document[field]).toEqual((decision === 'local' ? local : row)[field]);
      },
    ),
  );
});
