import type { ChangeView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';

type Changed = Pick<ChangeView, 'kind' | 'key' | 'operation' | 'before' | 'after'>;

/** What a person calls an entity that was changed: its name then, else its key. */
export function nameOfChanged({ key, before, after }: Changed): string {
  const name = (after ?? before)?.name;
  return typeof name === 'string' && name.trim() !== '' ? name : `#${key}`;
}

/** An entity that was changed, and the way to it as long as it is there. */
export function ChangedEntity({ change }: { readonly change: Changed }) {
  const { kind, key, operation } = change;
  const name = <bdi className="line-clamp-2">{nameOfChanged(change)}</bdi>;
  return (
    <>
      <span className="text-soft">{kinds[kind].singular} </span>
      {operation === 'remove' ? (
        <span className="font-medium">{name}</span>
      ) : (
        <Link to="/$kind/$key" params={{ kind, key }} className="font-medium hover:underline">
          {name}
        </Link>
      )}
    </>
  );
}
