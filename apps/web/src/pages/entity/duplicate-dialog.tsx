import { type EntityFields, type EntityKind, ownFields, parentField } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { toast } from 'sonner';
import { useNetwork } from '../../frame/network.ts';
import { isLocal, keyOf } from '../../kinds/entity.ts';
import { EntityForm } from '../../kinds/entity-form.tsx';
import { gridKindsOf } from '../../kinds/grids.ts';
import { type Entity, useCreateLocal, useEntityPage } from '../../queries/entities.ts';
import { useMakeMany } from '../../queries/many.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Checkbox } from '../../ui/fields.tsx';

interface DuplicateProps {
  readonly kind: EntityKind;
  readonly entity: Entity;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** As many as are copied along. */
const mostAlong = 500;

/** What a copy begins with: what can be given, under another name; of what is read otherwise than written, nothing. */
function copyOf(kind: EntityKind, entity: Entity): EntityFields {
  const given = Object.entries(ownFields(kind, entity)).filter(([field, value]) => {
    return value !== null && typeof value !== 'object' && kind.create.transient?.includes(field) !== true;
  });
  const name = typeof entity.name === 'string' ? { name: `${entity.name.trim()} (copy)` } : {};
  return { ...Object.fromEntries(given), ...name };
}

/** Makes a local copy of an entity, with what is nothing but a combination of it and others. */
export function DuplicateDialog({ kind, entity, isOpen, onClose }: DuplicateProps) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Duplicate this ${kind.singular}`}
      description="The copy is local until it is exported. Change here what is to be other, such as its dates."
    >
      <Duplicate kind={kind} entity={entity} onClose={onClose} />
    </Dialog>
  );
}

function Duplicate({ kind, entity, onClose }: Omit<DuplicateProps, 'isOpen'>) {
  const { network } = useNetwork();
  const navigate = useNavigate();
  const create = useCreateLocal(kind.name);
  const [along] = gridKindsOf(kind);
  const [isWith, setWith] = useState(true);
  const field = parentField(kind.name);
  const alongKind = along ?? kind;
  const id = isLocal(entity) ? entity._id : keyOf(kind, entity);
  const query = { scope: 'both' as const, limit: mostAlong, filters: { [field]: id } };
  const { data: children } = useEntityPage(alongKind.name, query, along !== undefined);
  const { made, make } = useMakeMany(alongKind.name);
  const count = along === undefined ? 0 : (children?.items.length ?? 0);

  async function copy(fields: EntityFields): Promise<void> {
    const copied = await create.mutateAsync(fields);
    if (isWith && along !== undefined) {
      const all = (children?.items ?? []).map((child) => writtenForm(along, child, { [field]: copied._id }));
      await make(all);
    }
    toast.success(
      `The copy is saved here${isWith && count > 0 ? ` with ${count.toLocaleString()} ${alongKind.name}` : ''}.`,
    );
    onClose();
    void navigate({ to: '/$kind/$key', params: { kind: kind.name, key: copied._id } });
  }

  return (
    <div className="grid gap-4">
      {count === 0 ? null : (
        <label htmlFor="duplicate-along" className="flex items-center gap-2">
          <Checkbox id="duplicate-along" checked={isWith} onChange={({ target }) => setWith(target.checked)} />
          With its {count.toLocaleString()} {count === 1 ? alongKind.singular : alongKind.name}
          {made === null ? '' : `: ${made.toLocaleString()} saved`}
        </label>
      )}
      <EntityForm
        kind={kind}
        initial={copyOf(kind, entity)}
        network={network}
        purpose="make"
        submitLabel="Save the copy as local"
        onSubmit={copy}
        onCancel={onClose}
      />
    </div>
  );
}

/** A child as it is written again: what reads give as an array is written as one value. */
function writtenForm(kind: EntityKind, child: Entity, parent: EntityFields): EntityFields {
  const own = Object.entries(ownFields(kind, child)).map(([name, value]) => {
    return [name, Array.isArray(value) ? value[0] : value] as const;
  });
  return { ...Object.fromEntries(own.filter(([, value]) => value !== null && value !== undefined)), ...parent };
}
