import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RateMinute } from './rates.ts';
import { openStoreBed, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());

function minute(day: string, changes: Partial<RateMinute> = {}): RateMinute {
  return {
    series: 'one',
    at: new Date(`2026-11-${day}T10:00:00Z`),
    rate_class: 'entities',
    used: 0,
    rate_limited: 0,
    failed: 0,
    retries: 0,
    waited_ms: 0,
    waiting: 0,
    rate: 5,
    ...changes,
  };
}

const of = (day: string) =>
  bed.store.rates.minutes(new Date(`2026-11-${day}T10:00:00Z`), new Date(`2026-11-${day}T11:00:00Z`));

describe('what was counted in a minute', () => {
  it('is kept once, however often and late it is told', async () => {
    const early = minute('01', { used: 10, waited_ms: 500, waiting: 3 });
    const late = minute('01', { used: 25, rate_limited: 1, waited_ms: 900, waiting: 2, rate: 4 });

    for (const told of [early, late, late, early]) await bed.store.rates.keep([told]);

    const { series: _, ...sum } = late;
    expect(await of('01')).toEqual([{ ...sum, waiting: 3, rate: 5 }]);
  });

  it('goes on as another series after a loss of Redis, and is shown as one', async () => {
    await bed.store.rates.keep([minute('02', { used: 100, waiting: 3 })]);
    await bed.store.rates.keep([minute('02', { series: 'two', used: 7, failed: 1 })]);

    expect(await of('02')).toMatchObject([{ used: 107, failed: 1, waiting: 3 }]);
  });

  it('is shown in order, by class, within the times asked for', async () => {
    const at = (time: string) => new Date(`2026-11-03T${time}:00Z`);
    await bed.store.rates.keep([
      minute('03', { at: at('10:02'), used: 2 }),
      minute('03', { at: at('10:01'), used: 1, rate_class: 'records', rate: 0.4 }),
      minute('03', { at: at('10:01'), used: 1, rate: null }),
      minute('03', { at: at('11:00'), used: 9 }),
      minute('03', { at: at('09:59'), used: 9 }),
    ]);

    const found = await of('03');

    expect(found.map((one) => [one.at.toISOString().slice(11, 16), one.rate_class, one.used, one.rate])).toEqual([
      ['10:01', 'entities', 1, null],
      ['10:01', 'records', 1, 0.4],
      ['10:02', 'entities', 2, 5],
    ]);
  });

  it('is forgotten after 90 days, by an index', async () => {
    const indexes = await bed.db.collection('rate_minutes').indexes();

    expect(indexes).toContainEqual(expect.objectContaining({ key: { at: 1 }, expireAfterSeconds: 7_776_000 }));
  });
});

describe('a rate that was found', () => {
  it('is remembered for its account, as it was found last', async () => {
    await bed.store.rates.remember('a', { rate: 4, is_bound: false });
    await bed.store.rates.remember('a', { rate: 7.2, is_bound: true });

    expect(await bed.store.rates.found('a')).toMatchObject({ rate: 7.2, is_bound: true, found_at: expect.any(Date) });
    expect(await bed.store.rates.found('b')).toBeNull();
  });
});
