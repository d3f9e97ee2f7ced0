import { type EntityKind, hintOf, labelOf, localIdPattern, parentField } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { toast } from 'sonner';
import { useChangeMany } from '../queries/many.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Select } from '../ui/fields.tsx';
import { FieldControl } from './field-control.tsx';

interface ChangeManyProps {
  readonly kind: EntityKind;
  /** Of what was chosen. */
  readonly keys: readonly string[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What can be changed of all that was chosen: of what exists remotely only what the API can update. */
function changeable(kind: EntityKind, keys: readonly string[]): string[] {
  const areLocal = keys.every((key) => localIdPattern.test(key));
  const fields = areLocal ? [...kind.parents.map(parentField), ...kind.create.fields] : (kind.update?.fields ?? []);
  return fields.filter((field) => !kind.unique.includes(field) && kind.create.transient?.includes(field) !== true);
}

/** Gives a field of many entities the same value. */
export function ChangeManyDialog({ kind, keys, isOpen, onClose }: ChangeManyProps) {
  const count = keys.length.toLocaleString();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Edit ${count} ${keys.length === 1 ? kind.singular : kind.name}`}
      description="They all get the same value. What exists in Broadstreet is updated there with the next export."
    >
      <ChangeMany kind={kind} keys={keys} onClose={onClose} />
    </Dialog>
  );
}

function ChangeMany({ kind, keys, onClose }: Omit<ChangeManyProps, 'isOpen'>) {
  const fields = changeable(kind, keys);
  const [field, setField] = useState(fields[0]);
  const [value, setValue] = useState<unknown>(null);
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const { changed, change } = useChangeMany(kind.name);
  if (field === undefined) return <p>Broadstreet has no way to update {kind.name}.</p>;

  async function save(name: string): Promise<void> {
    const failed = await change(keys, { [name]: value });
    setReasons(failed);
    if (failed.length > 0) return;
    toast.success(`${keys.length.toLocaleString()} changed here.`);
    onClose();
  }

  return (
    <div className="grid gap-4">
      <Field label="Field">
        {(tied) => (
          <Select
            {...tied}
            value={field}
            onChange={({ target }) => {
              setField(target.value);
              setValue(null);
            }}
          >
            {fields.map((name) => (
              <option key={name} value={name}>
                {labelOf(kind, name)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="New value" hint={hintOf(kind, field) ?? 'Empty: it has none any more.'}>
        {(tied) => <FieldControl kind={kind} field={field} value={value} tied={tied} within={{}} onChange={setValue} />}
      </Field>
      {reasons.length === 0 ? null : (
        <ul role="alert" className="grid gap-1 text-bad">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="main" disabled={changed !== null} onClick={() => void save(field)}>
          {changed === null
            ? `Change ${keys.length.toLocaleString()}`
            : `${changed.toLocaleString()} of ${keys.length.toLocaleString()} …`}
        </Button>
      </div>
    </div>
  );
}
