import { type EntityReference, type KindName, kinds } from '@broadstreet-sync/domain';
import { Command } from 'cmdk';
import { useState } from 'react';
import { useEntityPage, useNames } from '../queries/entities.ts';
import { useSettled } from '../ui/use-debounced.ts';
import { isLocal, keyOf, nameOf, nameOfReference, originOf, referencesOf } from './entity.ts';
import { OriginBadge } from './origin-badge.tsx';

interface ChoicesProps {
  readonly kind: KindName;
  readonly within: Readonly<Record<string, string>>;
  readonly onChoose: (id: EntityReference) => void;
}

const shown = 20;

/** What can be chosen, by a search of its name. */
export function ReferenceChoices({ kind, within, onChoose }: ChoicesProps) {
  const [typed, setTyped] = useState('');
  const q = useSettled(typed);
  const declared = kinds[kind];
  const { data, isPending, error } = useEntityPage(kind, {
    scope: 'both',
    q,
    filters: within,
    limit: shown,
    sort: 'name',
  });
  const names = useNames((data?.items ?? []).flatMap((entity) => referencesOf(declared, entity)));
  return (
    <Command shouldFilter={false} label={`Search ${declared.name}`}>
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder={`Search ${declared.name} by name`}
        className="w-full border-b bg-transparent px-3 py-2 outline-none placeholder:text-soft"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="px-3 py-4 text-soft">
          {error !== null
            ? 'This could not be read.'
            : isPending
              ? 'Searching …'
              : `No ${declared.singular} has that in its name.`}
        </Command.Empty>
        {data?.items.map((entity) => {
          const key = keyOf(declared, entity);
          return (
            <Command.Item
              key={key}
              value={key}
              onSelect={() => onChoose(isLocal(entity) ? entity._id : Number(entity.id))}
              className="flex cursor-pointer items-center justify-between gap-2 rounded px-2 py-1.5 data-[selected=true]:bg-sunk"
            >
              <span className="min-w-0">
                <span className="line-clamp-1 break-all">
                  <bdi>{nameOf(declared, entity, names)}</bdi>
                </span>
                <span className="line-clamp-1 text-xs text-soft">
                  {referencesOf(declared, entity)
                    .map((reference) => nameOfReference(reference, names))
                    .join(' · ')}
                </span>
              </span>
              <OriginBadge origin={originOf(entity)} />
            </Command.Item>
          );
        })}
        {data !== undefined && data.total > shown ? (
          <p className="px-2 py-1.5 text-xs text-soft">
            {(data.total - shown).toLocaleString()} more: type part of a name.
          </p>
        ) : null}
      </Command.List>
    </Command>
  );
}
