import { ancestorFields, type EntityKind, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import { type Entity, useEntityPages } from '../queries/entities.ts';
import { isLocal } from './entity.ts';

/**
 * What hangs on an entity, however far below, in words: `2 campaigns, 40 placements`; null where nothing does, and as long
 * as it is not known.
 */
export function useBelow(
  kind: EntityKind,
  entity: Entity,
): { readonly isKnown: boolean; readonly words: string | null } {
  const field = parentField(kind.name);
  const below = kindNames.filter((name) => {
    return kinds[name].parents.includes(kind.name) || ancestorFields(kinds[name]).includes(field);
  });
  const id = isLocal(entity) ? entity._id : String(entity.id);
  const { pages, isPending } = useEntityPages(
    // What has no id of its own has nothing below it.
    below.map((name) => ({ kind: name, query: { scope: 'both' as const, limit: 1, filters: { [field]: id } } })),
  );
  const parts = below.flatMap((name) => {
    const total = pages.get(name)?.total ?? 0;
    return total === 0 ? [] : [`${total.toLocaleString()} ${total === 1 ? kinds[name].singular : name}`];
  });
  return { isKnown: !isPending, words: parts.length === 0 ? null : parts.join(', ') };
}
