import { expect, it } from 'vitest';
import { engineOfEach } from './engine.ts';
import { importLongList } from './import-long-list.ts';

const zones = 1_000_000;
const mebibyte = 1024 * 1024;

const engine = engineOfEach();

it('a list of a million rows needs little memory, and holds the worker up at no time', async ({ annotate }) => {
  const { first, second, vitals } = await importLongList(engine(), zones);

  const told = vitals.map(({ peakRss, longestBlockMs }) => {
    return `${Math.round(peakRss / mebibyte)} MiB at most, held up for ${Math.round(longestBlockMs)} ms at most`;
  });
  await annotate(`${zones} zones: ${told.join('; ')}`);
  expect(first).toMatchObject({ status: 'succeeded', changes: { zones: { inserted: zones } } });
  expect(second.changes.zones).toMatchObject({ inserted: 0, updated: 1, removed: 1, unchanged: zones - 2 });
  for (const { peakRss, longestBlockMs } of vitals) {
    expect(peakRss).toBeLessThan(256 * mebibyte);
    expect(longestBlockMs).toBeLessThan(100);
  }
});
