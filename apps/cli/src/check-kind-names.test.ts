import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { findNamedKinds } from './check-kind-names.ts';

const shared = 'packages/sync/src/plan.ts';

it.each([
  [shared, "if (kind === 'placements') return;", true],
  [shared, "if (kind.singular === 'placement') return;", true],
  [shared, 'const level = kinds.zones.level;', true],
  [shared, 'const all = kinds.networks;', true],
  [shared, 'const id = entity.network_id;', true],
  [shared, "const field = 'advertiser_id';", true],
  [shared, 'const { zone_id } = entity;', true],
  [shared, 'const counts = { zones: 3 };', true],
  [shared, "const collection = 'local_campaigns';", true],
  [shared, "const path = '/api/zones/:id';", true],
  ['apps/web/src/page.tsx', "const kind = 'zones';", true],
  [shared, "// as 'zones' do, by network_id", false],
  [shared, "/** As 'zones' do. */", false],
  [shared, "const says = 'None of the networks is known.';", false],
  [shared, "const category = 'network';", false],
  [shared, 'const { networks } = settings;', false],
  [shared, "type Account = Pick<Parts, 'host' | 'networks'>;", false],
  ['packages/sync/src/plan.test.ts', "plan('zones');", false],
  ['packages/domain/src/kinds/zones.ts', "name: 'zones',", false],
  ['apps/simulator/src/rows.ts', "const kind = 'zones';", false],
])('in %s, `%s` names a kind: %s', async (path, line, isNamed) => {
  const root = mkdtempSync(join(tmpdir(), 'kinds-'));
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `const address = 'https://example.com/'; // first\n${line}\n`);

  const found = await findNamedKinds(root, [path]);

  expect(found.map((place) => place.split(':').slice(0, 2).join(':'))).toEqual(isNamed ? [`${path}:2`] : []);
});
