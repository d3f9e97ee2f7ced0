import { type EntityReference, type KindName, kinds, oneOf } from '@broadstreet-sync/domain';
import { ChevronsUpDown, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { type Reference, useNames } from '../queries/entities.ts';
import { Button } from '../ui/button.tsx';
import { Waiting } from '../ui/states.tsx';
import { nameOfReference } from './entity.ts';

// No part of the first page, whose switch of networks is one of these.
const ReferenceChoices = lazy(async () => ({ default: (await import('./reference-choices.tsx')).ReferenceChoices }));

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
                (placeholder ?? `Choose ${oneOf(kinds[kind])} …`)
              ) : (
                <bdi>{nameOfReference(reference, names)}</bdi>
              )}
            </span>
            <ChevronsUpDown className="text-soft" aria-hidden />
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            aria-label={`Choose ${oneOf(kinds[kind])}`}
            align="start"
            sideOffset={4}
            className="z-50 w-80 rounded-md border bg-card shadow-lg"
          >
            <Suspense fallback={<Waiting lines={3} />}>
              <ReferenceChoices
                kind={kind}
                within={within}
                onChoose={(id) => {
                  onChange(id);
                  setOpen(false);
                }}
              />
            </Suspense>
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
