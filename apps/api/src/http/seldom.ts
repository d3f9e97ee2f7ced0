/** What was read is good for so many times as long as the reading took: it takes at most a small part of the time. */
const goodFor = 10;
/** Readings quicker than this are made each time. */
const quickMs = 20;

interface Reading<T> {
  readonly value: Promise<T>;
  /** Infinite while it is under way. */
  goodUntil: number;
}

/**
 * Reads what takes the longer the more there is, each key by itself: the longer, the more seldom. Those who ask while it is
 * read get the same answer.
 */
export function seldom<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const readings = new Map<string, Reading<T>>();

  function forgetOld(now: number): void {
    for (const [key, { goodUntil }] of readings) if (goodUntil <= now) readings.delete(key);
  }

  return (key) => {
    const startedAt = performance.now();
    forgetOld(startedAt);
    const known = readings.get(key);
    if (known !== undefined) return known.value;
    const reading: Reading<T> = { value: read(key), goodUntil: Number.POSITIVE_INFINITY };
    readings.set(key, reading);
    reading.value.then(
      () => {
        const now = performance.now();
        const tookMs = now - startedAt;
        reading.goodUntil = tookMs < quickMs ? now : now + goodFor * tookMs;
      },
      () => readings.delete(key),
    );
    return reading.value;
  };
}
