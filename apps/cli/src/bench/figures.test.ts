import { expect, test } from 'vitest';
import { type Figures, growthMisses, missesOf } from './figures.ts';
import type { Demands, Row } from './rows.ts';

const figures: Figures = {
  row: 'r',
  requests: 100,
  over_needed: 1,
  took: 10,
  bound: 10,
  ratio: 1,
  used: 0.98,
  refused: 0,
  windows: { most: 10, oneOver: 0, moreOver: 0 },
  per_second: 10,
  cold_start: 1,
  one_at_a_time: 3,
  five_and_pause: 2,
  cpu_ms: 3,
  memory_mb: 100,
  redis_mb: 1,
  entities: 100,
};
const row = (demands: Demands): Row => {
  const account = { account: 'L' } as const;
  return { name: 'r', operation: 'import', account, limit: 10, latencyMs: 20, workers: 1, demands };
};

test.for([
  [{ ratio: 1.08, refused: 0 }, {}, 0],
  [{ ratio: 1.08 }, { ratio: 1.081 }, 1],
  [{ ratio: 1.08 }, { ratio: null }, 1],
  [{ refused: 0 }, { refused: 0.01 }, 1],
  [{ refused: 0 }, { windows: { most: 11, oneOver: 0.005, moreOver: 0 } }, 0],
  [{ refused: 0 }, { windows: { most: 11, oneOver: 0.006, moreOver: 0 } }, 1],
  [{ refused: 0 }, { windows: { most: 12, oneOver: 0, moreOver: 1 } }, 1],
  [{ refused: 0.01 }, { windows: { most: 12, oneOver: 0, moreOver: 1 } }, 0],
  [{ used: 0.92 }, { used: 0.91 }, 1],
  [{ perSecond: 500 }, { per_second: 499 }, 1],
  [{ faster: 2 }, { one_at_a_time: 1.9 }, 1],
  [{ faster: 2 }, {}, 0],
] as const)('held to %o, %o misses %i', ([demands, changes, misses]) => {
  expect(missesOf(row(demands), { ...figures, ...changes })).toHaveLength(misses);
});

test('growth is held to time and memory for an entity, from ten thousand on, and to what Redis needs', () => {
  const at = (entities: number, changes: Partial<Figures> = {}): Figures => {
    return { ...figures, row: String(entities), entities, took: entities / 1000, ...changes };
  };
  const sizes = [at(100_000), at(1000, { took: 9, memory_mb: 1 }), at(10_000)];

  expect(growthMisses(sizes)).toEqual([]);
  expect(growthMisses([at(10_000), at(100_000, { took: 130 })])).toEqual([
    '100000: 1.30 times as long for an entity as 10000',
  ]);
  expect(growthMisses([at(10_000), at(100_000, { memory_mb: 130 })])).toHaveLength(1);
  expect(growthMisses([at(1000, { redis_mb: 11 })])).toHaveLength(1);
});
