import { expect, it } from 'vitest';
import { createSeal } from './seal.ts';

const key = 'k'.repeat(32);

it('what is sealed opens with the same key, and shows nothing', () => {
  const { seal, open } = createSeal(key, 'token');
  const sealed = seal('bürgermeister');

  expect(open(sealed)).toBe('bürgermeister');
  expect(sealed).not.toContain('rgermeister');
  expect(seal('bürgermeister')).not.toBe(sealed);
});

it('what another key or purpose has sealed, or what was changed, does not open', () => {
  const sealed = createSeal(key, 'token').seal('secret');
  const changed = sealed.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));

  expect(() => createSeal('x'.repeat(32), 'token').open(sealed)).toThrow();
  expect(() => createSeal(key, 'webhook').open(sealed)).toThrow();
  expect(() => createSeal(key, 'token').open(changed)).toThrow();
  expect(() => createSeal(key, 'token').open('nonsense')).toThrow();
});
