import { expect, it } from 'vitest';
import { isEnough, roles } from './roles.ts';

it('a role is enough for itself and for what comes before it', () => {
  const table = roles.map((role) => roles.filter((needed) => isEnough(role, needed)));

  expect(table).toEqual([['viewer'], ['viewer', 'operator'], ['viewer', 'operator', 'admin']]);
});
