import type { Windows } from '@broadstreet-sync/testkit';
import type { Row } from './rows.ts';

/** What a row came to. Ratios first: they are the same on another machine. */
export interface Figures {
  readonly row: string;
  /** Requests that were made, and those over the fewest with which it can be done. */
  readonly requests: number;
  readonly over_needed: number;
  /** In seconds: from the run's acceptance to its end; requests over the rate, and one latency for each level. */
  readonly took: number;
  readonly bound: number | null;
  readonly ratio: number | null;
  /** Share of the rate that was used. */
  readonly used: number | null;
  readonly refused: number;
  readonly windows: Windows | null;
  /** Requests a second, from the first to the last. */
  readonly per_second: number;
  /** From the acceptance of the first run of all to its first request, in seconds: a budget begins with a pause. */
  readonly cold_start: number;
  /** How many times as long the naive way takes. */
  readonly one_at_a_time: number | null;
  readonly five_and_pause: number | null;
  /** Of our workers, in ms of CPU for each request and in MB. */
  readonly cpu_ms: number;
  readonly memory_mb: number;
  /** What Redis needed beyond what it had, in MB. */
  readonly redis_mb: number;
  readonly entities: number;
}

/** A window of a second holds the rate; so many of them may hold one more, as answers travel. */
const mostOneOver = 0.005;

/** What of a row misses what is asked of it, in words. Pure. */
export function missesOf({ demands }: Row, figures: Figures): string[] {
  const { ratio, refused, used, windows } = figures;
  const misses: string[] = [];
  const atMost = (what: string, value: number | null, most: number | undefined) => {
    if (most !== undefined && (value ?? Number.POSITIVE_INFINITY) > most)
      misses.push(`${what} ${value}, at most ${most}`);
  };
  const atLeast = (what: string, value: number | null, least: number | undefined) => {
    if (least !== undefined && (value ?? 0) < least) misses.push(`${what} ${value}, at least ${least}`);
  };
  atMost('ratio', ratio, demands.ratio);
  atMost('share of 429s', refused, demands.refused);
  atLeast('share of the rate', used, demands.used);
  atLeast('requests a second', figures.per_second, demands.perSecond);
  atLeast('times faster than one at a time', figures.one_at_a_time, demands.faster);
  if (demands.refused === 0 && windows !== null) {
    atMost('share of windows one over the rate', windows.oneOver, mostOneOver);
    atMost('windows more than one over the rate', windows.moreOver, 0);
  }
  return misses;
}

/** How much longer an entity may take in an account ten times as large, and how much more memory it may need. */
const mostGrowth = { time: 1.2, memory: 1.2, redisMb: 10 } as const;
const startsSmall = 10_000;

/** What of a series that grows does not grow in proportion, in words; figures by size. Pure. */
export function growthMisses(series: readonly Figures[]): string[] {
  const sorted = series.toSorted((a, b) => a.entities - b.entities);
  return sorted.flatMap((one, at) => {
    const before = sorted[at - 1];
    const misses =
      one.redis_mb > mostGrowth.redisMb ? [`Redis needs ${one.redis_mb} MB, at most ${mostGrowth.redisMb}`] : [];
    // What a process needs before it has done anything says nothing about growth.
    if (before === undefined || before.entities < startsSmall * 0.9) return misses;
    const time = one.took / one.entities / (before.took / before.entities);
    const memory = one.memory_mb / before.memory_mb;
    if (time > mostGrowth.time)
      misses.push(`${one.row}: ${time.toFixed(2)} times as long for an entity as ${before.row}`);
    if (memory > mostGrowth.memory) misses.push(`${one.row}: ${memory.toFixed(2)} times the memory of ${before.row}`);
    return misses;
  });
}
