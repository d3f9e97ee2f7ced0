import type { EntityKind, ErrorRecord } from '@broadstreet-sync/domain';
import type { TaskEnd } from '@broadstreet-sync/store';
import type { FoundRow } from './settle-strays.ts';

/** Named in one message: the rest stands in the log. */
const mostNamed = 5;

/** How the task of a sweep ends: as failed where something is left that a person has to see to. Pure. */
export function endOfSweep(kind: EntityKind, found: readonly FoundRow[], adopted: readonly string[]): TaskEnd {
  const removed = found.filter(({ why }) => why === null).map(({ key }) => key);
  const left = found.filter(({ why }) => why !== null);
  const result = { removed, left: left.map(({ key }) => key), adopted: [...adopted] };
  return left.length === 0
    ? { state: 'completed', result }
    : { state: 'failed', error: lateDuplicate(kind, left), result };
}

/** What stands in the account beside what counts, and what a person can do about it. Pure. */
function lateDuplicate(kind: EntityKind, left: readonly FoundRow[]): ErrorRecord {
  const named = left.slice(0, mostNamed).map((row) => describe(kind, row));
  const more = left.length > named.length ? ` And ${left.length - named.length} more.` : '';
  return {
    category: 'conflict',
    code: 'late_duplicate',
    message: `Broadstreet carried out a create late, after it had been sent again: ${named.join(' ')}${more}`,
    remedy: `Look at both in Broadstreet, and delete there the one that is not used. Production here has the one that is named as kept.`,
  };
}

function describe(kind: EntityKind, { key, name, kept, why, localId }: FoundRow): string {
  const title = name === null ? '' : ` ${JSON.stringify(name)}`;
  const beside = kept === null ? `of the local ${localId}, which is still a draft` : `kept ${kept}`;
  return `The ${kind.singular} ${key}${title} (${beside}) was not removed, because ${why ?? 'it is needed'}.`;
}
