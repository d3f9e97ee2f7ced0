import { type EntityFields, type KindName, kinds, parentField, rootKind } from '@broadstreet-sync/domain';
import { toast } from 'sonner';
import { useNetwork } from '../frame/network.ts';
import { useCreateLocal } from '../queries/entities.ts';
import { Dialog } from '../ui/dialog.tsx';
import { EntityForm } from './entity-form.tsx';

interface NewEntityDialogProps {
  /** Null: closed. */
  readonly kind: KindName | null;
  readonly onClose: () => void;
  /** Values that it begins with, such as a parent. */
  readonly initial?: EntityFields;
}

/** Makes a local entity. */
export function NewEntityDialog({ kind, onClose, initial }: NewEntityDialogProps) {
  if (kind === null) return null;
  return <OpenDialog kind={kind} onClose={onClose} {...(initial === undefined ? {} : { initial })} />;
}

function OpenDialog({ kind, onClose, initial = {} }: NewEntityDialogProps & { readonly kind: KindName }) {
  const declared = kinds[kind];
  const { network } = useNetwork();
  const create = useCreateLocal(kind);
  const preset =
    network !== null && declared.parents.includes(rootKind.name) ? { [parentField(rootKind.name)]: network } : {};
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`New ${declared.singular}`}
      description={
        <>
          It stays here until it is exported.
          {declared.update === null ? ' Broadstreet cannot change it afterwards.' : null}
          {declared.confirmCreate === true ? ' Broadstreet can never delete it again.' : null}
        </>
      }
    >
      <EntityForm
        kind={declared}
        initial={{ ...preset, ...initial }}
        network={network}
        purpose="make"
        submitLabel="Save as local"
        onCancel={onClose}
        onSubmit={async (fields) => {
          await create.mutateAsync(fields);
          toast.success(`The ${declared.singular} is saved here. Export it under Local entities.`);
          onClose();
        }}
      />
    </Dialog>
  );
}
