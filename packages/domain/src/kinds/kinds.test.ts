import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ancestorFields, ancestorKinds, lineageOf, parentField, scopeField } from '../entity.ts';
import { type EntityKind, type KindName, kindNames, type ParentParameters } from '../kind.ts';
import { needsOf } from '../levels.ts';
import { cleanPayload } from '../payload.ts';
import { kinds, levels } from '../registry.ts';

const all = kindNames.map((name) => kinds[name]);

function levelOf(name: KindName): number {
  return levels.findIndex((level) => level.some((kind) => kind.name === name));
}

/** The kinds whose ids a request has that is made for one entity of `scope`. */
function inReach(scope: KindName | 'account'): KindName[] {
  return scope === 'account' ? [] : [scope, ...lineageOf(kinds[scope])];
}

function expectKnown(parameters: ParentParameters, known: readonly KindName[]): void {
  expect(known).toEqual(expect.arrayContaining(Object.values(parameters)));
}

function expectFields(names: readonly string[], shape: Readonly<Record<string, z.ZodType>>): void {
  expect(Object.keys(shape)).toEqual(expect.arrayContaining([...names]));
  expect(new Set(names).size).toBe(names.length);
}

it('every kind has words of its own', () => {
  const words = all.flatMap(({ name, singular }) => [name, singular]);

  expect(new Set(words).size).toBe(words.length);
  expect(all.map(({ name }) => name)).toEqual([...kindNames]);
});

it('one kind is the root of all', () => {
  expect(all.filter(({ parents }) => parents.length === 0)).toHaveLength(1);
});

/** What must be true of every declaration: the engine relies on it without asking for a name. */
describe.each(all.map((kind) => [kind.name, kind] as const))('%s', (_, kind: EntityKind) => {
  it('stand a level above all that they need or wait for', () => {
    for (const need of needsOf(kind)) expect(levelOf(kind.name)).toBeGreaterThan(levelOf(need));
    expect(levelOf(kind.name)).toBe(Math.max(0, ...needsOf(kind).map((need) => levelOf(need) + 1)));
  });

  it('have a line of parents up to the root', () => {
    const line = lineageOf(kind);

    if (kind.lineage === undefined) expect(kind.parents).toEqual([]);
    else expect(kind.parents).toContain(kind.lineage);
    expect(kinds[line.at(-1) ?? kind.name].parents).toEqual([]);
    expect(ancestorKinds(kind)).toEqual(expect.arrayContaining(line));
  });

  it('are listed with ids that their scope has', () => {
    const { scope, query, narrow, views = [] } = kind.list;

    expectKnown(query, inReach(scope));
    if (scope === 'account') expect(query).toEqual({});
    else expect(ancestorFields(kind)).toContain(scopeField(kind));
    if (narrow !== undefined) {
      expect(kind.parents).toContain(narrow.scope);
      expectKnown(narrow.query, inReach(narrow.scope));
      expect(inReach(narrow.scope)).toEqual(expect.arrayContaining(inReach(scope)));
    }
    for (const view of views) {
      // Its rows tell what they hang on by their lineage parent.
      expect(kind.lineage).toBeDefined();
      expectKnown(view.query, [view.scope]);
      expect([...lineageOf(kind), kind.list.narrow?.scope]).not.toContain(view.scope);
    }
    expect(kind.list.envelopes).not.toEqual([]);
  });

  it('show in a row what makes them what they are', () => {
    const { namesParent } = kind.list;
    const shown = [...Object.keys(kind.row.shape), ...inReach(kind.list.scope).map(parentField)];

    expect(shown).toEqual(expect.arrayContaining([...kind.identity]));
    if (namesParent !== undefined) {
      expect(kind.parents).toContain(namesParent.kind);
      expectFields([namesParent.field], kind.row.shape);
      // By its name alone: the parent must have one, unique within what the list covers.
      expectFields(['name'], kinds[namesParent.kind].row.shape);
    }
  });

  it('know the parent of each row', () => {
    const { scope, namesParent } = kind.list;
    const known = [...inReach(scope), ...(namesParent === undefined ? [] : [namesParent.kind])].map(parentField);
    const shown = [...known, ...Object.keys(kind.row.shape)];

    expect(shown).toEqual(expect.arrayContaining(kind.parents.map(parentField)));
  });

  it('are created from parents and fields that they have', () => {
    const { query, body = {}, fields, required, transient = [] } = kind.create;

    expectKnown({ ...query, ...body }, kind.parents);
    expectFields(fields, kind.fields.shape);
    expectFields(required, kind.fields.shape);
    expect(fields).toEqual(expect.arrayContaining([...required, ...transient]));
    // A create needs the parent in whose line the entity is to stand.
    if (kind.lineage !== undefined) expect(Object.values({ ...query, ...body })).toContain(kind.lineage);
  });

  it('have no field that could never be sent', () => {
    const sent = [...kind.create.fields, ...(kind.update?.fields ?? [])];

    expect(sent).toEqual(expect.arrayContaining(Object.keys(kind.fields.shape)));
  });

  it('are updated and removed by what makes them what they are', () => {
    const { update, remove, identity } = kind;

    if (update !== null) {
      expectFields(update.fields, kind.fields.shape);
      expect(update.fields).toEqual(expect.arrayContaining([...(update.required ?? []), ...update.clearable]));
      // What must always be there cannot be taken away, and what lists do not show cannot be sent unchanged.
      const needed = [...kind.create.required, ...(update.required ?? [])];
      expect(update.clearable.filter((field) => needed.includes(field))).toEqual([]);
      expectFields(update.required ?? [], kind.row.shape);
      expect([update.path.includes('/:id'), identity]).toEqual([true, ['id']]);
    }
    if (remove === null) return;
    const named = Object.values(remove.query ?? {}).map(parentField);
    expect(remove.path.endsWith('/:id') ? ['id'] : named).toEqual([...identity]);
    expectKnown(remove.query ?? {}, kind.parents);
  });

  it('are shown one by one by their id, in use by their own, and counted where their list belongs to one', () => {
    if (kind.one !== undefined) expect([kind.one.path.endsWith('/:id'), kind.identity]).toEqual([true, ['id']]);
    expectKnown(kind.usedBy?.query ?? {}, inReach(kind.name));
    if (kind.countedBy === undefined) return;
    const { scope } = kind.list;
    expect(scope === 'account' ? undefined : kinds[scope].one).toBeDefined();
  });

  it('refer to parents of theirs, by an id', () => {
    expect(kind.parents).toEqual(expect.arrayContaining([...(kind.references ?? [])]));
    for (const name of kind.references ?? []) expect(kinds[name].identity).toEqual(['id']);
  });

  it('are identified by an id, or by all their parents', () => {
    if (kind.identity.includes('id')) expect(kind.identity).toEqual(['id']);
    else expect(kind.identity).toEqual(kind.parents.map(parentField));
  });

  it('name only fields that can be written', () => {
    expectFields(kind.unique, kind.fields.shape);
    expectFields(Object.keys(kind.words ?? {}), kind.fields.shape);
    for (const fields of [kind.readAsArray, kind.readAsImage, kind.readAsDay]) {
      expectFields(fields ?? [], kind.fields.shape);
      expectFields(fields ?? [], kind.row.shape);
    }
  });

  it('can be told apart after a create whose answer was lost', () => {
    const [name] = kind.unique;

    // By their parents, or by a name that is always sent and that lists show.
    if (!kind.identity.includes('id')) return;
    expect(kind.create.required).toContain(name);
    expectFields([String(name)], kind.row.shape);
  });

  it('send nothing when nothing is given', () => {
    expect(cleanPayload(kind, {})).toEqual({});
  });
});
