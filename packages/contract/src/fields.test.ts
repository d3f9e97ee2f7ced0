import { kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { draftField, localFieldSorts, productionFieldSorts, sortsOf, valuesOf } from './fields.ts';

describe('sortsOf', () => {
  it.each([
    [z.string(), ['string']],
    [z.int().positive().nullish(), ['number']],
    [z.union([z.literal([0, 1.5]), z.enum(['low', 'high'])]), ['number', 'string']],
    [z.looseObject({ url: z.string() }).nullish(), []],
    [z.array(z.string()), []],
  ])('names the plain values that a type takes (%#)', (type, sorts) => {
    expect(sortsOf(type)).toEqual(sorts);
  });
});

describe('valuesOf', () => {
  it.each([
    [z.enum(['html', 'static']), ['html', 'static']],
    [z.union([z.literal([0, 1.5]), z.enum(['low'])]), ['0', '1.5', 'low']],
    [z.string(), []],
  ])('lists what a type takes (%#)', (type, values) => {
    expect(valuesOf(type)).toEqual(values);
  });
});

describe('draftField', () => {
  const weight = draftField(['number', 'string']);

  it.each([1, 'heavy', null, undefined])('takes any content of the right sort: %s', (value) => {
    expect(weight.safeParse(value).success).toBe(true);
  });

  it.each([true, { $ne: 1 }, [1]])('refuses another sort: %j', (value) => {
    expect(weight.safeParse(value).error?.issues[0]?.message).toBe('must be a number or text');
  });
});

describe('fields of every kind', () => {
  it.each(Object.values(kinds))('$name: each field that can be written has plain values', (kind) => {
    const sorts = localFieldSorts(kind);

    for (const field of kind.create.fields) expect(sorts.get(field)).not.toEqual([]);
  });

  it.each(Object.values(kinds))('$name: the ids that identify it are numbers in production', (kind) => {
    const sorts = productionFieldSorts(kind);

    for (const field of kind.identity) expect(sorts.get(field)).toContain('number');
  });
});
