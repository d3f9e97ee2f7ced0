import { expect, it } from 'vitest';
import { engineOfEach } from './engine.ts';
import { importLongList } from './import-long-list.ts';

/** More than are published in one transaction. The trial of the same name has a million, and measures how long the worker is held up. */
const zones = 60_000;
const mebibyte = 1024 * 1024;

const engine = engineOfEach();

it('a list of many thousand rows needs little memory, and is published once under a kill', {
  timeout: 1_800_000,
}, async () => {
  const { first, publishedAtKill, second, renamed, removed, vitals } = await importLongList(engine(), zones);

  expect(publishedAtKill).toBeLessThan(zones);
  expect(first).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: zones } } });
  expect(second.changes.zones).toMatchObject({ inserted: 0, updated: 1, removed: 1, unchanged: zones - 2 });
  expect((await engine().store.production.get('zones', renamed))?.name).toBe('Another name');
  expect(await engine().store.production.get('zones', removed)).toBeNull();
  expect(await engine().store.tallies.count('zones', {})).toBe(zones - 1);
  for (const { peakRss } of vitals) expect(peakRss).toBeLessThan(256 * mebibyte);
});
