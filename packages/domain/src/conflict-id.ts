import { entityKey, parseEntityKey } from './entity.ts';
import { type KindName, kindNames } from './kind.ts';
import { kinds } from './registry.ts';

/** The name of an entity's conflict among those of all kinds. */
export function conflictId(kind: KindName, key: string): string {
  return `${kind}-${key}`;
}

/** What {@link conflictId} was made of; null where it was not made by it. */
export function parseConflictId(id: string): { readonly kind: KindName; readonly key: string } | null {
  const at = id.indexOf('-');
  const kind = kindNames.find((name) => name === id.slice(0, at));
  const identity = kind === undefined ? null : parseEntityKey(kinds[kind], id.slice(at + 1));
  return kind === undefined || identity === null ? null : { kind, key: entityKey(kinds[kind], identity) };
}
