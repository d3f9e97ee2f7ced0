import { type EntityReference, type KindName, kinds } from '@broadstreet-sync/domain';
import { Command } from 'cmdk';
import { ChevronsUpDown, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { type Reference, useEntityPage, useNames } from '../queries/entities.ts';
import { Button } from '../ui/button.tsx';
import { useSettled } from '../ui/use-debounced.ts';
import { isLocal, keyOf, nameOf, nameOfReference, originOf, referencesOf } from './entity.ts';
import { OriginBadge } from './origin-badge.tsx';

interface PickerProps {
  readonly kind: KindName;
  readonly value: EntityReference | null;
  readonly onChange: (value: EntityReference | null) => void;
  /** What the choice is limited to, by field. */
  readonly within?: Readonly<Record<string, string>>;
  readonly placeholder?: string;
  readonly id?: string;
  readonly label?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
}

/** Chooses an entity by a search of its name, among those that exist remotely and those that are local. */
export function ReferencePicker({ kind, value, onChange, within = {}, placeholder, label, ...tied }: PickerProps) {
  const [isOpen, setOpen] = useState(false);
  const chosen: Reference[] = value === null ? [] : [{ kind, id: value }];
  const names = useNames(chosen);
  const [reference] = chosen;
  const { singular } = kinds[kind];
  return (
    <div className="flex gap-1">
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <Button
            {...tied}
            aria-haspopup="listbox"
            // What is chosen is read with the label, which would stand in its place.
            aria-labelledby={tied.id === undefined ? undefined : `${tied.id}-label ${tied.id}`}
            className="min-w-0 flex-1 justify-between border-strong-line/60 font-normal aria-invalid:border-bad"
          >
            <span className="truncate">
              {label === undefined ? null : <span className="text-soft">{label}: </span>}
              {reference === undefined ? (
                (placeholder ?? `Choose a ${singular} …`)
              ) : (
                <bdi>{nameOfReference(reference, names)}</bdi>
              )}
            </span>
            <ChevronsUpDown className="text-soft" aria-hidden />
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            aria-label={`Choose a ${singular}`}
            align="start"
            sideOffset={4}
            className="z-50 w-80 rounded-md border bg-card shadow-lg"
          >
            <Choices
              kind={kind}
              within={within}
              onChoose={(id) => {
                onChange(id);
                setOpen(false);
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {value === null ? null : (
        <Button look="quiet" size="icon" aria-label={`Choose no ${singular}`} onClick={() => onChange(null)}>
          <X />
        </Button>
      )}
    </div>
  );
}

interface ChoicesProps {
  readonly kind: KindName;
  readonly within: Readonly<Record<string, string>>;
  readonly onChoose: (id: EntityReference) => void;
}

const shown = 20;

function Choices({ kind, within, onChoose }: ChoicesProps) {
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
