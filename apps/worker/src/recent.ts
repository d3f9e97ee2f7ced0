/**
 * Remembers what was read for a short time, so that many who ask at once cost one reading. What was read in vain is not
 * remembered.
 *
 * @param read gives null where there is nothing
 */
export function createRecent<T>(freshMs: number, read: (key: string) => Promise<T | null>) {
  const known = new Map<string, { readonly at: number; readonly value: Promise<T | null> }>();

  function forget(key: string, value: Promise<T | null>): void {
    if (known.get(key)?.value === value) known.delete(key);
  }

  return (key: string): Promise<T | null> => {
    const now = performance.now();
    const found = known.get(key);
    if (found !== undefined && now - found.at < freshMs) return found.value;
    for (const [other, { at }] of known) if (now - at >= freshMs) known.delete(other);
    const value = read(key);
    known.set(key, { at: now, value });
    value.then(
      (given) => given ?? forget(key, value),
      () => forget(key, value),
    );
    return value;
  };
}

/** Says of a key whether its time has come again: at most once in so many ms. */
export function createPace(everyMs: number): (key: string) => boolean {
  const last = new Map<string, number>();
  return (key) => {
    const now = performance.now();
    if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
    for (const [other, at] of last) if (now - at >= everyMs) last.delete(other);
    last.set(key, now);
    return true;
  };
}
