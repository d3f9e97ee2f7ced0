import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestBed, testBed } from '@broadstreet-sync/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { followPage } from './follow-page.ts';
import { copyProject, type ProjectCopy } from './project-copy.ts';

const run = z.object({ id: z.string(), kinds: z.record(z.string(), z.object({ total: z.number().nullable() })) });
const tasks = z.object({ items: z.array(z.object({ kind: z.string(), title: z.string() })) });
const openApi = z.object({
  paths: z.record(z.string(), z.unknown()),
  components: z.object({ schemas: z.record(z.string(), z.object({ properties: z.unknown() })) }),
});

let bed: TestBed;
let project: ProjectCopy;
let api: string;
let changed: string[];

beforeAll(async () => {
  bed = testBed();
  project = await copyProject();
  const page = await readFile(join(import.meta.dirname, '..', 'docs', 'add-a-kind.md'), 'utf8');
  changed = await followPage(project.folder, page);
  await bed.remote.create({ account: 'R' });
  const env = { ...bed.env, LOG_LEVEL: 'warn' };
  [api] = await Promise.all([
    project.start('api', env, /^api listening on (http\S+)/),
    project.start('worker', env, /worker ready/),
  ]);
});

afterAll(() => project.remove());

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${api}${path}`, { method, ...sent });
  expect(answer.ok, `${method} ${path}`).toBe(true);
  return answer.json();
}

describe('a kind that was added as docs/add-a-kind.md tells', () => {
  it('is one new file and its name in two, and all else compiles with it', async () => {
    expect(changed).toEqual([
      'packages/domain/src/kinds/keywords.ts',
      'packages/domain/src/kind.ts',
      'packages/domain/src/registry.ts',
    ]);
    expect(await project.run('tsc', '-b')).toBe('');
  });

  it('is as coherent as the engine needs it, and stands above its parent', async () => {
    const output = await project.run(
      'vitest',
      'run',
      '--project',
      'unit',
      '-t',
      'keywords',
      'packages/domain/src/kinds',
    );

    expect(output).toMatch(/Tests\s+\d{2} passed/);
  });

  it('has collections and indexes', async () => {
    const client = await MongoClient.connect(bed.mongoUri);
    try {
      const db = client.db(bed.database);
      const keysOf = async (name: string) =>
        (await db.collection(name).indexes()).map(({ key }) => Object.keys(key).join());

      expect(await keysOf('keywords')).toEqual(expect.arrayContaining(['id', 'network_id', 'zone_id,name']));
      expect(await keysOf('local_keywords')).toEqual(expect.arrayContaining(['zone_id', 'name']));
    } finally {
      await client.close();
    }
  });

  it('has routes, and schemas from which forms are made', async () => {
    const { paths, components } = openApi.parse(await ask('GET', '/api/openapi.json'));

    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/sync/keywords',
        '/api/keywords',
        '/api/keywords/{id}',
        '/api/local/keywords',
        '/api/local/keywords/{_id}',
      ]),
    );
    expect(Object.keys(z.object({}).loose().parse(components.schemas.KeywordDraft?.properties))).toEqual([
      'zone_id',
      'name',
      'priority',
    ]);
  });

  it('takes drafts, and says what keeps them from being exported', async () => {
    const draft = await ask('POST', '/api/local/keywords', { zone_id: 7, priority: -1 });

    expect(draft).toMatchObject({
      zone_id: 7,
      synced_with_api: false,
      problems: [{ path: 'name' }, { path: 'priority' }],
    });
    expect(await ask('GET', '/api/local/keywords')).toMatchObject({ total: 1 });
  });

  it('is imported with a request for each of its parents, after them', async () => {
    const zones = (await bed.remote.state()).zones.length;

    const { id, kinds } = run.parse(await ask('POST', '/api/sync/keywords?wait=60'));

    // The simulator does not know it: that the requests are made is what counts here.
    expect(kinds.keywords).toEqual({ total: zones });
    const { items } = tasks.parse(await ask('GET', `/api/runs/${id}/tasks?kind=keywords&limit=1`));
    expect(items).toMatchObject([{ kind: 'keywords', title: expect.stringMatching(/^list keywords of zone \d+$/) }]);
    const asked = await bed.remote.requests();
    const lists = asked.filter(({ path }) => path.endsWith('/keywords'));
    expect(new Set(lists.map(({ query }) => query.zone_id)).size).toBe(zones);
    const lastParent = Math.max(...asked.filter(({ route }) => route === '/zones').map(({ at }) => at));
    expect(lists.every(({ at }) => at > lastParent)).toBe(true);
  });
});
