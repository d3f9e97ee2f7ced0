/**
 * The same items, of which some are asked for while one is worked on: reading and writing take turns no longer.
 *
 * @param depth how many are read before they are wanted, at least 1: so many are held in memory
 */
export async function* readAhead<T>(source: AsyncIterable<T>, depth: number): AsyncGenerator<T, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // Seen by the one who awaits it, if anybody still does.
    next.catch(() => undefined);
    return next;
  };
  const asked = Array.from({ length: depth }, ask);
  try {
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      const { done, value } = await next;
      if (done === true) return;
      asked.push(ask());
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
