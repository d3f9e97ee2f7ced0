import { type EntityKind, isLocalReference, kindOfField } from '@broadstreet-sync/domain';
import type { ChangeEvent } from 'react';
import { Input, Select, TextArea } from '../ui/fields.tsx';
import { ImageDrop } from './image-drop.tsx';
import { ReferencePicker } from './reference-picker.tsx';
import { choicesOf, wordFor } from './values.ts';

interface ControlProps {
  readonly kind: EntityKind;
  readonly field: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** What ties it to its label and its problem. */
  readonly tied: { id: string; 'aria-describedby': string; 'aria-invalid': boolean };
  /** What a parent is chosen within, by field. */
  readonly within: Readonly<Record<string, string>>;
}

function takes(kind: EntityKind, field: string, value: unknown): boolean {
  return kind.fields.shape[field]?.safeParse(value).success === true;
}

function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'url' in value) return textOf(value.url);
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The control for a field of a kind, as its declaration asks for. An emptied one gives null. */
export function FieldControl({ kind, field, value, onChange, tied, within }: ControlProps) {
  const referred = kindOfField(kind, field);
  if (referred !== null) {
    const chosen = typeof value === 'number' || isLocalReference(value) ? value : null;
    return <ReferencePicker {...tied} kind={referred} value={chosen} within={within} onChange={onChange} />;
  }
  const choices = takes(kind, field, true) ? ['true', 'false'] : choicesOf(kind, field);
  const asked = {
    ...tied,
    name: field,
    value: textOf(typeof value === 'number' ? (wordFor(kind, field, value) ?? value) : value),
  };
  const take = (event: ChangeEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>) =>
    onChange(event.target.value === '' ? null : event.target.value);

  if (choices.length > 0) {
    return (
      <Select {...asked} onChange={(event) => onChange(readChoice(kind, field, event.target.value))}>
        <option value="">not set</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice === 'true' ? 'yes' : choice === 'false' ? 'no' : choice.replaceAll('_', ' ')}
          </option>
        ))}
      </Select>
    );
  }
  if (takes(kind, field, 1)) {
    return (
      <Input
        {...asked}
        inputMode="numeric"
        onChange={({ target }) => onChange(/^\d+$/.test(target.value) ? Number(target.value) : target.value || null)}
      />
    );
  }
  if (kind.create.transient?.includes(field) === true)
    return <ImageDrop {...tied} value={textOf(value)} onChange={onChange} />;
  if (kind.longText?.includes(field) === true) return <TextArea {...asked} onChange={take} />;
  const isDate = kind.readAsDay?.includes(field) === true;
  return <Input {...asked} placeholder={isDate ? 'YYYY-MM-DD or YYYY-MM-DD HH:mm:ss' : undefined} onChange={take} />;
}

function readChoice(kind: EntityKind, field: string, choice: string): unknown {
  if (choice === '') return null;
  return takes(kind, field, true) ? choice === 'true' : choice;
}
