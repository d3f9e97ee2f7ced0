import type { SyncContext } from '../context.ts';

/** What a process meets that was killed: nothing that it does takes effect any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface Mortal {
  readonly context: SyncContext;
  /** Calls made so far. */
  readonly calls: () => number;
}

/**
 * The world of a process that is killed once it has made so many calls: the last one takes effect, the next does not.
 *
 * @param parts whose calls count; after the end all calls fail
 */
export function mortal(context: SyncContext, lastCall: number, parts: readonly ('store' | 'remote')[]): Mortal {
  let calls = 0;
  const isDead = (): boolean => calls >= lastCall;

  function within<T extends object>(part: T, isCounted: boolean): T {
    return new Proxy(part, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value === 'object' && value !== null) return within(value, isCounted);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (isDead()) throw new Killed();
          const answer: unknown = value.apply(target, args);
          if (!(answer instanceof Promise)) return answer;
          return answer.finally(() => {
            if (isCounted) calls += 1;
          });
        };
      },
    });
  }

  return {
    context: {
      ...context,
      store: within(context.store, parts.includes('store')),
      remote: within(context.remote, parts.includes('remote')),
      budget: within(context.budget, false),
    },
    calls: () => calls,
  };
}
