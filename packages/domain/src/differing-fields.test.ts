import { describe, expect, it } from 'vitest';
import { differingFields } from './differing-fields.ts';

describe('differingFields', () => {
  it.each([
    [{ name: 'a' }, { name: 'a' }, []],
    [{ name: 'a' }, { name: 'b' }, ['name']],
    [{ name: '' }, { name: null }, ['name']],
    [{ name: 'a', alias: 'x' }, { name: 'a' }, ['alias']],
    [{}, { active: false, name: 'a' }, ['active', 'name']],
    [{ logo: { url: 'a', size: 1 } }, { logo: { size: 1, url: 'a' } }, []],
    [{ logo: { url: 'a' } }, { logo: { url: 'b' } }, ['logo']],
    [{ logo: { url: undefined } }, { logo: { other: undefined } }, ['logo']],
    [{ restrictions: ['phone', 'tablet'] }, { restrictions: ['tablet', 'phone'] }, ['restrictions']],
    [{ restrictions: [] }, { restrictions: {} }, ['restrictions']],
    [{ admins: [{ name: 'a' }] }, { admins: [{ name: 'a' }] }, []],
  ])('from %j to %j: %j', (before, after, expected) => {
    expect(differingFields(before, after)).toEqual(expected);
  });
});
