import { expect, test } from 'vitest';
import { accountKey } from './index.ts';

test('the key of an account tells nothing of its token and differs by token and host', () => {
  const keys = [
    accountKey('token-1', 'https://a.example/api/1'),
    accountKey('token-2', 'https://a.example/api/1'),
    accountKey('token-1', 'https://b.example/api/1'),
  ];

  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{24}$/);
  expect(accountKey('token-1', 'https://a.example/api/1')).toBe(keys[0]);
});
