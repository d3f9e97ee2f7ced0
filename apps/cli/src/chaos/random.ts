/** Numbers that look random and are the same for the same seed, so that a fault can be made again. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number from 0 up to `below`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many whole numbers from 1 to `most`, in rising order: instants of some progress. */
  points(count: number, most: number): number[];
}

/** Mulberry32, from a seed and a word that tells users of one seed apart. */
export function createRandom(seed: number, word: string): Random {
  let state = [...word].reduce(
    (sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01_00_01_93),
    seed ^ 0x81_1c_9d_c5,
  );

  function next(): number {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_00_00_00_00;
  }
  const below = (limit: number) => Math.floor(next() * limit);

  return {
    next,
    below,
    pick(from) {
      const one = from[below(from.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    },
    points: (count, most) => Array.from({ length: count }, () => 1 + below(most)).sort((a, b) => a - b),
  };
}
