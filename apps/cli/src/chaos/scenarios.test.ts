import { crashPoints } from '@broadstreet-sync/domain';
import { expect, it } from 'vitest';
import { scenarios } from './scenarios.ts';

it('at every point that has a name processes die in a scenario, which fails where none does', () => {
  const named = Object.values(crashPoints).flat();

  expect(scenarios.flatMap(({ points = [] }) => points).sort()).toEqual(named.sort());
});
