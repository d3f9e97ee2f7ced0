import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redisServer } from './binaries.ts';
import { findBinary } from './find-binary.ts';
import { explainLoaderOutput, probeBinary } from './probe-binary.ts';

function executable(script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'binary-')), 'server');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('probeBinary', () => {
  it('takes a server that is new enough', async () => {
    const path = executable('echo "Redis server v=7.0.15 sha=00000000:0 bits=64"');

    expect(await probeBinary(redisServer, path)).toEqual({ isUsable: true, version: '7.0' });
  });

  it('refuses one that is too old, and says what is needed', async () => {
    const path = executable('echo "Redis server v=6.0.16 sha=0"');

    expect(await probeBinary(redisServer, path)).toMatchObject({
      isUsable: false,
      reason: expect.stringContaining('version 6.0, and 6.2 is needed'),
    });
  });

  it('says which package is missing where the loader cannot start it', async () => {
    const path = executable(
      'echo "server: error while loading shared libraries: libcurl.so.4: cannot open" >&2; exit 127',
    );

    expect(await probeBinary(redisServer, path)).toMatchObject({
      isUsable: false,
      isAbsent: false,
      reason: expect.stringContaining('install libcurl4'),
    });
  });

  it('tells an absent command from a broken one', async () => {
    expect(await probeBinary(redisServer, 'no-such-server')).toMatchObject({ isUsable: false, isAbsent: true });
  });
});

describe('explainLoaderOutput', () => {
  it('names every missing library that ldd lists, each package once', () => {
    const ldd = ['libcurl.so.4', 'libcrypto.so.3', 'libssl.so.3', 'libodd.so.9'].map((l) => `\t${l} => not found`);

    expect(explainLoaderOutput(ldd.join('\n'))).toMatch(/install libcurl4 libssl3 the package of libodd\.so\.9$/);
  });

  it('names the C library that is needed', () => {
    const loader = "mongod: /lib/libc.so.6: version `GLIBC_2.33' not found\nversion `GLIBC_2.34' not found";

    expect(explainLoaderOutput(loader)).toContain('glibc 2.34 or later');
  });

  it('gives nothing where nothing is missing', () => {
    expect(explainLoaderOutput('libc.so.6 => /lib/libc.so.6 (0x1)')).toBeUndefined();
  });
});

describe('findBinary', () => {
  it('fetches nothing with noDownload, and says what it would have fetched and what to do', async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'cache-'));
    const nowhere = { ...redisServer, commands: ['no-such-server'] };

    await expect(findBinary(nowhere, { cacheDir, noDownload: true })).rejects.toThrow(
      /Not fetched, as asked: Redis.* MB, licence BSD-3-Clause.*sha256 [0-9a-f]{64}.*set REDIS_URL/,
    );
  });
});
