import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '@broadstreet-sync/services';
import { expect, it } from 'vitest';

/** The names in a list of constants, by its file: of what the engine is made the machine imports nothing. */
function namesIn(file: string, list: string): string[] {
  const source = readFileSync(join(projectFolder, file), 'utf8');
  const [, names = ''] = new RegExp(`${list} = \\[([^\\]]*)\\]`).exec(source) ?? [];
  return [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '');
}

/** Where processes die at points that no scenario of exports comes to: those of edits and deletions. */
const elsewhere = 'apps/worker/test/writes.integration.test.ts';

it('something dies at every point that has a name', () => {
  const points = [
    ...namesIn('packages/sync/src/context.ts', 'crashPoints'),
    ...namesIn('apps/api/src/parts.ts', 'apiCrashPoints'),
  ];
  const scenarios = readdirSync(import.meta.dirname)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => join(import.meta.dirname, file));
  const sources = [...scenarios, join(projectFolder, elsewhere)].map((file) => readFileSync(file, 'utf8')).join('\n');

  expect(points.length).toBeGreaterThan(15);
  expect(points.filter((point) => !sources.includes(`'${point}'`))).toEqual([]);
});
