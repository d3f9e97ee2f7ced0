import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';

describe('createRedactor', () => {
  it.each([
    ['GET /zones?access_token=s3cret&limit=1 failed', 'GET /zones?access_token=[redacted]&limit=1 failed'],
    ['{"access_token":"s3cret","id":1}', '{"access_token":"[redacted]","id":1}'],
    ['"{\\"access_token\\":\\"s3cret\\"}"', '"{\\"access_token\\":\\"[redacted]\\"}"'],
    ['redirect=%3Faccess_token%3Ds3cret%26a%3D1', 'redirect=%3Faccess_token%3D[redacted]%26a%3D1'],
    ['mongodb://user:s3cret@host:1/db', 'mongodb://user:[redacted]@host:1/db'],
    ['redis://:s3cret@host:1', 'redis://:[redacted]@host:1'],
  ])('cleans %s', (text, clean) => {
    expect(createRedactor()(text)).toBe(clean);
  });

  it('leaves no rest of a secret that contains another', () => {
    expect(createRedactor(['abc', 'abcdef', undefined, ''])('x abcdef abc')).toBe('x [redacted] [redacted]');
  });
});
