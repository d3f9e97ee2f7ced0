import type { EntityFields } from './entity.ts';
import type { EntityKind } from './kind.ts';
import { normaliseName } from './names.ts';
import { asRead, isVerifiable, readsSame } from './payload.ts';

/** One field of a local entity beside that of a remote one, both as reads give it. */
export interface ComparedField {
  readonly field: string;
  readonly local: unknown;
  readonly remote: unknown;
  /** Null where the remote value is not known: lists do not show it. */
  readonly is_equal: boolean | null;
}

/**
 * What a local entity gives, beside what a production entity has. Names are equal where they would clash. Pure.
 *
 * @param payload as it would be sent
 */
export function compareFields(kind: EntityKind, payload: EntityFields, remote: EntityFields): ComparedField[] {
  const read = asRead(kind, payload);
  return Object.keys(payload).map((field) => {
    // What is sent once and never kept cannot be compared.
    const local = read[field] ?? null;
    const other = remote[field] ?? null;
    const isKnown = field in read && (isVerifiable(kind, field) || other !== null);
    return { field, local, remote: other, is_equal: isKnown ? isEqual(kind, field, local, other) : null };
  });
}

function isEqual(kind: EntityKind, field: string, local: unknown, remote: unknown): boolean {
  const isName = kind.unique.includes(field) && typeof local === 'string' && typeof remote === 'string';
  return isName ? normaliseName(local) === normaliseName(remote) : readsSame(kind, field, local, remote);
}
