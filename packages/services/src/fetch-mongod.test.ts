import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForMongod, downloadedMongod, downloadMongod, mongodArchiveUrl } from './fetch-mongod.ts';

const archive = makeArchive();
const sha256 = createHash('sha256').update(archive).digest('hex');
let site: Server;
let url: string;

/** A stand-in for the makers' site: one archive, its hash beside it, and one that is altered on the way. */
function makeArchive(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  mkdirSync(join(folder, 'mongodb-linux-9/bin'), { recursive: true });
  for (const name of ['mongod', 'mongos']) writeFileSync(join(folder, 'mongodb-linux-9/bin', name), `I am ${name}`);
  execFileSync('tar', ['-czf', 'a.tgz', 'mongodb-linux-9'], { cwd: folder });
  return readFileSync(join(folder, 'a.tgz'));
}

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url?.endsWith('.sha256')) response.end(`${sha256}  a.tgz\n`);
    else if (request.url === '/altered.tgz') response.end(Buffer.concat([archive, Buffer.from('x')]));
    else if (request.url === '/a.tgz') response.setHeader('content-length', archive.length).end(archive);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});

afterAll(() => site.close());

describe('downloading mongod', () => {
  it('asks for size and hash first, then leaves the executable alone in the cache', async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'cache-'));

    const asked = await askForMongod(`${url}/a.tgz`, '9.0.0');
    const path = asked && (await downloadMongod(asked, cacheDir));

    expect(asked).toEqual({ url: `${url}/a.tgz`, version: '9.0.0', bytes: archive.length, sha256 });
    expect(path).toBe(downloadedMongod(cacheDir, '9.0.0'));
    expect(readFileSync(path ?? '', 'utf8')).toBe('I am mongod');
    expect(readdirSync(join(cacheDir, 'mongodb-9.0.0'))).toEqual(['mongod']);
    expect(readdirSync(cacheDir)).toEqual(['mongodb-9.0.0']);
  });

  it('keeps nothing of an archive whose hash differs', async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'cache-'));
    const asked = await askForMongod(`${url}/altered.tgz`, '9.0.0');
    if (!asked) throw new Error('The site did not answer.');

    await expect(downloadMongod(asked, cacheDir)).rejects.toThrow(/has sha256/);
    expect(readdirSync(cacheDir)).toEqual([]);
  });

  it('gives nothing where the site lacks the version or is not there', async () => {
    expect(await askForMongod(`${url}/of-another-version.tgz`, '9.0.0')).toBeUndefined();
    expect(await askForMongod('http://127.0.0.1:9/a.tgz', '9.0.0')).toBeUndefined();
  });

  it('knows the address for a system that MongoDB is made for', async () => {
    expect(await mongodArchiveUrl('8.2.6', 'darwin')).toMatch(/^https:\/\/\S+8\.2\.6\S*\.tgz$/);
  });

  it('knows that there is none for another', async () => {
    expect(await mongodArchiveUrl('8.2.6', 'sunos')).toBeUndefined();
  });
});
