/** The newest entries of an endless list, in order. */
export interface BoundedLog<T> {
  push(entry: T): void;
  entries(): readonly T[];
  /** How many of the oldest are no longer kept. */
  dropped(): number;
}

export function createBoundedLog<T>(max: number): BoundedLog<T> {
  let kept: T[] = [];
  let dropped = 0;

  return {
    push(entry) {
      kept.push(entry);
      if (kept.length < max * 1.25) return;
      dropped += kept.length - max;
      kept = kept.slice(-max);
    },
    entries: () => kept,
    dropped: () => dropped,
  };
}
