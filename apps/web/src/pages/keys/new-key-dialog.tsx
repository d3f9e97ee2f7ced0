import { type Role, roles } from '@broadstreet-sync/domain';
import { type FormEvent, useState } from 'react';
import { useCreateKey } from '../../queries/access.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input, Select } from '../../ui/fields.tsx';
import { messageOf } from '../../ui/states.tsx';

const meanings: Readonly<Record<Role, string>> = {
  viewer: 'reads everything but keys and the audit trail',
  operator: 'and changes, imports, exports',
  admin: 'and hands out keys, and acts in Bull Board',
};

interface NewKeyDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly isFirst: boolean;
}

/** Makes a key, and shows it this once. */
export function NewKeyDialog({ isOpen, onClose, isFirst }: NewKeyDialogProps) {
  const create = useCreateKey();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(isFirst ? 'admin' : 'operator');
  function submit(event: FormEvent): void {
    event.preventDefault();
    create.mutate({ name, role });
  }
  function close(): void {
    create.reset();
    setName('');
    onClose();
    // From the first key on, this page needs one too.
    if (isFirst && create.data !== undefined) location.reload();
  }
  return (
    <Dialog isOpen={isOpen} onClose={close} title="New key">
      {create.data === undefined ? (
        <form className="grid gap-4" onSubmit={submit}>
          <Field
            label="Name"
            hint="Whose it is: runs and the audit trail name it."
            problem={create.error === null ? undefined : messageOf(create.error)}
          >
            {(tied) => (
              <Input {...tied} required maxLength={64} value={name} onChange={({ target }) => setName(target.value)} />
            )}
          </Field>
          <Field label="Role" hint={meanings[role]}>
            {(tied) => (
              <Select
                {...tied}
                value={role}
                onChange={({ target }) => setRole(roles.find((each) => each === target.value) ?? role)}
              >
                {roles.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" look="main" disabled={create.isPending || name.trim() === ''}>
            Make the key
          </Button>
        </form>
      ) : (
        <div className="grid gap-4">
          <p>
            The key of <b>{create.data.name}</b>. It is shown this once: copy it now.
          </p>
          <code className="rounded-md border bg-sunk p-3 break-all select-all" data-testid="new-key">
            {create.data.key}
          </code>
          <Button look="main" onClick={close}>
            I have copied it
          </Button>
        </div>
      )}
    </Dialog>
  );
}
