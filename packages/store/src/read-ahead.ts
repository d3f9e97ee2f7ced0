/** The same items, each asked for while the one before is worked on: reading and writing take turns no longer. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = iterator.next();
      // Seen by the one who awaits it, if anybody still does.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
