import type { KindName } from './kind.ts';

/** The name of a list's scope among those of all kinds. */
export function scopeId(kind: KindName, scope: string): string {
  return `${kind}:${scope}`;
}
