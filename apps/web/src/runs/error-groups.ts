import type { TaskErrorView } from '@broadstreet-sync/contract';
import type { ErrorCategory } from '@broadstreet-sync/domain';

/** Errors that say the same of different entities. */
export interface ErrorGroup {
  readonly key: string;
  readonly category: ErrorCategory | null;
  readonly message: string;
  readonly remedy: string | null;
  readonly errors: readonly TaskErrorView[];
}

/** A message without what differs from entity to entity: names in quotes, numbers, ids. */
function patternOf(message: string): string {
  return message
    .replace(/"[^"]*"|“[^”]*”/g, '"…"')
    .replace(/\b[0-9a-f]{24}\b/g, '…')
    .replace(/\d+/g, '…');
}

/** Groups errors by what went wrong, the most frequent first. Pure. */
export function groupErrors(errors: readonly TaskErrorView[]): ErrorGroup[] {
  const groups = Map.groupBy(errors, ({ category, code, message, state }) =>
    state === 'blocked' ? 'blocked' : `${category} ${code} ${patternOf(message ?? '')}`,
  );
  return [...groups]
    .map(([key, same]) => {
      const [first] = same;
      const isBlocked = key === 'blocked';
      return {
        key,
        category: isBlocked ? ('dependency' as const) : (first?.category ?? null),
        message: isBlocked ? 'What they hang on was refused or failed.' : (first?.message ?? 'no reason given'),
        remedy: isBlocked ? null : (first?.remedy ?? null),
        errors: same,
      };
    })
    .sort((a, b) => b.errors.length - a.errors.length);
}
