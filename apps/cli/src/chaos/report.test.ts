import { describe, expect, it } from 'vitest';
import { faultsOf, type Result, tableOf } from './report.ts';

const finding = { times: 3, entities: 5, duplicates: 0, lost: 0, faults: [], extra: 1, bound: 2 };

describe('faultsOf', () => {
  it('finds nothing wrong within the bound', () => {
    expect(faultsOf(finding)).toEqual([]);
  });

  it.each([
    [{ extra: 3 }, '3 requests more than needed, where at most 2 are explained'],
    [{ duplicates: 1 }, '1 duplicates, 0 lost'],
    [{ lost: 2 }, '0 duplicates, 2 lost'],
    [{ faults: ['odd'] }, 'odd'],
  ])('tells of %o', (changes, fault) => {
    expect(faultsOf({ ...finding, ...changes })).toEqual([fault]);
  });
});

it('tableOf has a line for each scenario, and below it what was seen and what is wrong', () => {
  const scenario = { name: 'one', test: 1, fault: 'it breaks' };
  const results: Result[] = [
    { scenario, finding, faults: [], notes: ['it was 3 s old'], seconds: 7.4 },
    {
      scenario: { ...scenario, name: 'other' },
      finding: null,
      faults: ['it broke off: no room'],
      notes: [],
      seconds: 1,
    },
  ];

  expect(tableOf(results).split('\n')).toEqual([
    '| scenario | fault     | times | entities | duplicates | lost | extra requests | at most | seconds |      |',
    '| -------- | --------- | ----- | -------- | ---------- | ---- | -------------- | ------- | ------- | ---- |',
    '| one      | it breaks | 3     | 5        | 0          | 0    | 1              | 2       | 7       | good |',
    '| other    | it breaks |       |          |            |      |                |         | 1       | BAD  |',
    '',
    '- one: it was 3 s old',
    '',
    '- other: it broke off: no room',
  ]);
});
