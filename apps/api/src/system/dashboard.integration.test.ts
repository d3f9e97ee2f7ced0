import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindNames } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let folder: string;
let t: ApiBed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
  t = await createApiBed({ dashboardFolder: folder });
});
afterAll(async () => {
  await t.close();
  await rm(folder, { recursive: true, force: true });
});

function ask(path: string, accept = 'text/html') {
  return t.http.get(path).set('accept', accept);
}

describe('the dashboard', () => {
  it('says how it is built where it is not', async () => {
    const answer = await ask('/runs');

    expect(answer.status).toBe(503);
    expect(answer.text).toContain('npm start');
  });

  it('is one page for each of its addresses, which loads nothing from elsewhere', async () => {
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<h1>pages</h1>');
    await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'run()');

    for (const path of [
      '/',
      '/local-only',
      '/runs/6b0a0b9557f2ebdc56a94e50',
      ...kindNames.map((kind) => `/${kind}/7`),
    ]) {
      const answer = await ask(path);
      expect([path, answer.status, answer.text]).toEqual([path, 200, '<h1>pages</h1>']);
      expect(answer.headers['cache-control']).toBe('no-cache');
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
    }
  });

  it('has files that are kept for good, since their names change with them', async () => {
    const answer = await ask('/assets/app-1a2b.js', '*/*');

    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask('/assets/app-0000.js', '*/*')).status).toBe(404);
  });

  it('tells a browser of an address that there is not, by its page', async () => {
    const answer = await ask('/nowhere');

    expect([answer.status, answer.text]).toEqual([404, '<h1>pages</h1>']);
  });

  it('leaves every other address as it was', async () => {
    expect((await ask('/', '*/*')).body.name).toBe('broadstreet-sync');
    expect((await ask('/api/status')).body.name).toBe('broadstreet-sync');
    expect((await ask('/nowhere', 'application/json')).body.code).toBe('unknown_route');
    expect((await ask('/nowhere', '*/*')).body.code).toBe('unknown_route');
    expect((await ask('/api/nowhere')).body.code).toBe('unknown_route');
  });
});
