import { Link } from '@tanstack/react-router';
import type { Reference } from '../queries/entities.ts';
import { nameOfReference } from './entity.ts';

interface EntityLinkProps {
  readonly reference: Reference;
  readonly names: ReadonlyMap<string, string | null>;
}

/** What is referred to, by its name, and the way there. */
export function EntityLink({ reference, names }: EntityLinkProps) {
  return (
    <Link
      to="/$kind/$key"
      params={{ kind: reference.kind, key: String(reference.id) }}
      className="line-clamp-2 hover:underline"
    >
      <bdi>{nameOfReference(reference, names)}</bdi>
    </Link>
  );
}
