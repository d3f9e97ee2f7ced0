import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * Who may import whom. Holds every package.json to the table below, and writes from it the tags by which
 * `turbo boundaries` looks at the code:
 *
 *     node scripts/layers.ts            tells what is wrong; exit code 1 where anything is
 *     node scripts/layers.ts --write    writes the tags
 */
interface Layer {
  readonly mayImport: readonly string[];
  /** Of these only types: nothing of them runs here, so they are development dependencies. */
  readonly typesOf?: readonly string[];
}

/** Arrows go one way, down to `domain`; no app is imported. */
const layers: Readonly<Record<string, Layer>> = {
  'apps/api': { mayImport: ['broadstreet', 'budget', 'contract', 'domain', 'jobs', 'runtime', 'store'] },
  'apps/worker': { mayImport: ['broadstreet', 'budget', 'domain', 'jobs', 'runtime', 'store', 'sync'] },
  'apps/web': { mayImport: ['contract', 'domain'] },
  'apps/simulator': { mayImport: ['runtime'] },
  'apps/cli': { mayImport: ['broadstreet', 'contract', 'domain', 'jobs', 'runtime', 'services', 'store', 'testkit'] },
  'packages/domain': { mayImport: [] },
  'packages/contract': { mayImport: ['domain'] },
  'packages/sync': { mayImport: ['domain'], typesOf: ['broadstreet', 'budget', 'store'] },
  'packages/broadstreet': { mayImport: ['domain'], typesOf: ['budget'] },
  'packages/budget': { mayImport: [] },
  'packages/store': { mayImport: ['domain'] },
  'packages/jobs': { mayImport: ['domain'] },
  'packages/runtime': { mayImport: [] },
  'packages/services': { mayImport: ['runtime'] },
  // In processes of tests, and in no other.
  'packages/test-build': { mayImport: ['runtime'] },
  'packages/testkit': { mayImport: ['domain', 'jobs', 'runtime', 'services', 'store'] },
  // What is tested of the project as a whole.
  test: { mayImport: [] },
};

/** Where a library is at home; everybody else uses what that package exports. Tests are free. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@bull-board/api': ['apps/api'],
  '@bull-board/express': ['apps/api'],
  axios: ['packages/broadstreet'],
  'axios-retry': ['packages/broadstreet'],
  // Bull Board shows BullMQ's own queues.
  bullmq: ['packages/jobs', 'apps/api'],
  commander: ['apps/cli'],
  'cron-parser': ['packages/domain'],
  express: ['apps/api', 'apps/simulator'],
  // The command that breaks everything looks at the stores themselves.
  ioredis: ['packages/jobs', 'packages/budget', 'packages/services', 'apps/cli'],
  // As it does, tests look at the database itself.
  mongodb: ['packages/services', 'packages/testkit', 'apps/cli'],
  mongoose: ['packages/store'],
  pino: ['packages/runtime'],
  'rate-limiter-flexible': ['apps/api'],
  react: ['apps/web'],
  'react-dom': ['apps/web'],
  'swagger-ui-dist': ['apps/api'],
  vitest: ['packages/testkit'],
};

const root = join(import.meta.dirname, '..');
const scope = '@broadstreet-sync/';
/** What tests may import everywhere. */
const forTests = ['testkit', 'test-build', 'services'];

interface Package {
  /** As in the table: `packages/domain`. */
  readonly path: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

async function readJson(path: string): Promise<Record<string, unknown> | null> {
  const text = await readFile(join(root, path), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

async function readPackages(): Promise<Package[]> {
  const folders = await Promise.all(
    ['apps', 'packages'].map(async (folder) => (await readdir(join(root, folder))).map((name) => `${folder}/${name}`)),
  );
  const found = await Promise.all(
    [...folders.flat(), 'test'].map(async (path) => {
      const manifest = await readJson(`${path}/package.json`);
      const names = (list: unknown): string[] => Object.keys(list ?? {});
      return manifest === null
        ? []
        : [{ path, dependencies: names(manifest.dependencies), devDependencies: names(manifest.devDependencies) }];
    }),
  );
  return found.flat();
}

function nameOf(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

function ours(dependencies: readonly string[]): string[] {
  return dependencies.filter((name) => name.startsWith(scope)).map((name) => name.slice(scope.length));
}

function faultsOf({ path, dependencies, devDependencies }: Package): string[] {
  const layer = layers[path];
  if (layer === undefined) return [`${path} is not in the table of scripts/layers.ts`];
  const { mayImport, typesOf = [] } = layer;
  const may = `it may import ${mayImport.join(', ') || 'nothing of ours'}`;
  const runs = ours(dependencies).filter((name) => !mayImport.includes(name));
  const develops = ours(devDependencies).filter((name) => ![...mayImport, ...typesOf, ...forTests].includes(name));
  const strangers = dependencies.filter((name) => homes[name]?.includes(path) === false);
  return [
    ...runs.map((name) => {
      const hint = typesOf.includes(name) ? `only types of ${name}: make it a development dependency` : may;
      return `${path} depends on ${name}; ${hint}`;
    }),
    ...develops.map((name) => `${path} depends on ${name} in development; ${may}`),
    ...strangers.map((name) => `${path} depends on ${name}, which is at home in ${homes[name]?.join(', ')}`),
  ];
}

function importsOf(path: string): string[] {
  const layer = layers[path];
  return layer === undefined ? [] : [...layer.mayImport, ...(layer.typesOf ?? [])];
}

function testsOf(each: Package | undefined): string[] {
  return ours(each?.devDependencies ?? []).filter((name) => forTests.includes(name));
}

/** What a package reaches, itself included: turbo looks at dependencies of dependencies too. */
function reach(names: readonly string[], packages: readonly Package[], seen = new Set<string>()): Set<string> {
  for (const name of names.filter((each) => !seen.has(each))) {
    seen.add(name);
    const found = packages.find(({ path }) => path === `packages/${name}`);
    reach([...importsOf(`packages/${name}`), ...testsOf(found)], packages, seen);
  }
  return seen;
}

function tagsOf(packages: readonly Package[]): Record<string, unknown> {
  const entries = packages.map((each) => {
    const allow = [...reach([...importsOf(each.path), ...testsOf(each)], packages)].sort();
    return [nameOf(each.path), { dependencies: { allow } }] as const;
  });
  return Object.fromEntries(entries);
}

/** Each file that turbo reads, as the table wants it. */
async function wantedFiles(packages: readonly Package[]): Promise<Map<string, Record<string, unknown>>> {
  const own = packages.map(({ path }) => [`${path}/turbo.json`, { extends: ['//'], tags: [nameOf(path)] }] as const);
  const all = { ...(await readJson('turbo.json')), boundaries: { tags: tagsOf(packages) } };
  return new Map<string, Record<string, unknown>>([['turbo.json', all], ...own]);
}

const packages = await readPackages();
const wanted = await wantedFiles(packages);
const faults = packages.flatMap(faultsOf);
for (const [path, content] of wanted) {
  if (isDeepStrictEqual(await readJson(path), content)) continue;
  if (process.argv.includes('--write')) await writeFile(join(root, path), `${JSON.stringify(content, null, 2)}\n`);
  else faults.push(`${path} is not what the table says: run node scripts/layers.ts --write`);
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
