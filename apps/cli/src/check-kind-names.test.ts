import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findNamedKinds } from './check-kind-names.ts';

it.each([
  ['packages/sync/src/plan.ts', "if (kind === 'placements') return;", true],
  ['packages/sync/src/plan.ts', 'const level = kinds.zones.level;', true],
  ['packages/sync/src/plan.ts', "// as 'zones' do", false],
  ['packages/sync/src/plan.ts', "const category = 'network';", false],
  ['packages/sync/src/plan.test.ts', "plan('zones');", false],
  ['packages/domain/src/kinds/zones.ts', "name: 'zones',", false],
  ['apps/simulator/src/rows.ts', "const kind = 'zones';", false],
])('in %s, `%s` is named: %s', async (path, line, isNamed) => {
  const root = mkdtempSync(join(tmpdir(), 'kinds-'));
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `const first = 1;\n${line}\n`);

  const found = await findNamedKinds(root, [path]);

  expect(found.map((place) => place.split(':').slice(0, 2).join(':'))).toEqual(isNamed ? [`${path}:2`] : []);
});
