import type { KindName } from '@broadstreet-sync/domain';
import type { mongo } from 'mongoose';
import type { Collections } from './collections.ts';
import type { ChangeDocument } from './documents.ts';

export function removedId(kind: KindName, key: string): string {
  return `${kind}:${key}`;
}

/**
 * Makes what finds the keys of staged changes whose entity an export removed after their list was asked for: the list still
 * shows it, and nothing of that is true any more.
 *
 * @param session of the transaction that applies the changes
 */
export function createRemovedLookup(
  { removed }: Collections,
  session: mongo.ClientSession,
): (kind: KindName, changes: readonly ChangeDocument[]) => Promise<ReadonlySet<string>> {
  // Mostly nothing was removed for weeks: then one question is enough for all changes.
  let isAny: boolean | null = null;

  return async (kind, changes) => {
    if (changes.length === 0) return new Set();
    isAny ??= (await removed.findOne({}, { session })) !== null;
    if (!isAny) return new Set();
    const ids = changes.map(({ key }) => removedId(kind, key));
    const found = await removed.find({ _id: { $in: ids } }, { session }).toArray();
    const times = new Map(found.map(({ _id, at }) => [_id, at]));
    const isOutdated = ({ key, requested_at }: ChangeDocument): boolean => {
      const at = times.get(removedId(kind, key));
      return at !== undefined && at > requested_at;
    };
    return new Set(changes.filter(isOutdated).map(({ key }) => key));
  };
}
