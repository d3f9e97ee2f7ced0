import { expect, it } from 'vitest';
import { shiftedDate } from './shift-clock.ts';

const hourMs = 3_600_000;

it('a shifted date is off by the hour wherever it means now, and right everywhere else', () => {
  const Ahead = shiftedDate(Date, hourMs);
  const before = Date.now();

  for (const now of [Ahead.now(), new Ahead().getTime(), Date.parse(`${Ahead()}`) + 999]) {
    expect(now).toBeGreaterThanOrEqual(before + hourMs);
    expect(now).toBeLessThan(before + hourMs + 60_000);
  }
  expect(new Ahead(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(new Ahead('2026-01-01').getTime()).toBe(Date.UTC(2026, 0, 1));
  expect(Ahead.UTC(2026, 0)).toBe(Date.UTC(2026, 0));
  expect(new Ahead()).toBeInstanceOf(Date);
  expect(new Date()).toBeInstanceOf(Ahead);
});
