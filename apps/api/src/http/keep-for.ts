import { within } from './patience.ts';

/**
 * Asks at most once in a while, and never waits long: what many answers show may be a little old.
 *
 * @param otherwise stands for an answer that did not come
 */
export function keepFor<T>(freshMs: number, withinMs: number, otherwise: T, ask: () => Promise<T>): () => Promise<T> {
  let asked: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (asked === null || now - asked.at > freshMs) {
      asked = { at: now, answer: within(withinMs, ask()).catch(() => otherwise) };
    }
    return asked.answer;
  };
}
