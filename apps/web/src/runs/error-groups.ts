import type { TaskErrorView } from '@broadstreet-sync/contract';
import type { ErrorCategory } from '@broadstreet-sync/domain';

/** Errors that say the same of different entities. */
export interface ErrorGroup {
  readonly key: string;
  readonly category: ErrorCategory | null;
  readonly code: string | null;
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

const waiting = 'waiting';

/** What waits for another says nothing of its own: it has not been tried. */
function isWaiting({ state, blocked_by }: TaskErrorView): boolean {
  return state === 'blocked' && blocked_by !== null;
}

function groupOf(key: string, errors: readonly TaskErrorView[]): ErrorGroup {
  const [first] = errors;
  if (first === undefined || isWaiting(first)) {
    const message = 'What they hang on was refused or failed, so they were not tried.';
    return { key, category: 'dependency', code: null, message, remedy: null, errors };
  }
  const { category, code, remedy } = first;
  return { key, category, code, message: first.message ?? 'No reason is given.', remedy, errors };
}

/** Groups errors by what went wrong, the most frequent first; what only waited for others comes last. Pure. */
export function groupErrors(errors: readonly TaskErrorView[]): ErrorGroup[] {
  const groups = Map.groupBy(errors, (error) =>
    isWaiting(error) ? waiting : `${error.category} ${error.code} ${patternOf(error.message ?? '')}`,
  );
  const rank = ({ key, errors: same }: ErrorGroup) => (key === waiting ? 0 : same.length);
  return [...groups].map(([key, same]) => groupOf(key, same)).sort((a, b) => rank(b) - rank(a));
}

/** Reads that others of a run's tasks needed: they are no work of its own, and what needed them says so too. */
export function isSupportRead({ action }: Pick<TaskErrorView, 'action'>): boolean {
  return action === 'names' || action === 'reread';
}
