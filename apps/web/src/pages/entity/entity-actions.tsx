import { type EntityFields, type EntityKind, ownFields, whyNotRemoved } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { ArrowUpFromLine, Copy, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { useNetwork } from '../../frame/network.ts';
import { useRunStarter } from '../../frame/run-starter.ts';
import { useBelow } from '../../kinds/below.ts';
import { isLocal, keyOf, nameOf } from '../../kinds/entity.ts';
import { EntityForm } from '../../kinds/entity-form.tsx';
import { type TaggedEntity, useChangeEntity, useDeleteLocals, useDeleteRemote } from '../../queries/entities.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Hint } from '../../ui/hint.tsx';
import { messageOf } from '../../ui/states.tsx';
import { DuplicateDialog } from './duplicate-dialog.tsx';

interface EntityActionsProps {
  readonly kind: EntityKind;
  readonly found: TaggedEntity;
  readonly names: ReadonlyMap<string, string | null>;
}

/** What can be done with an entity. */
export function EntityActions({ kind, found, names }: EntityActionsProps) {
  const [open, setOpen] = useState<'edit' | 'delete' | 'copy' | null>(null);
  const { start, isStarting } = useRunStarter();
  const navigate = useNavigate();
  const { body: entity } = found;
  const isDraft = isLocal(entity);
  const isEditable = isDraft || (kind.update !== null && entity.sync.deletion === undefined);
  const whyKept = isDraft ? null : whyNotRemoved(kind);
  const close = () => setOpen(null);

  return (
    <>
      {isDraft ? (
        <Button
          look="main"
          disabled={isStarting}
          onClick={async () => {
            const run = await start({ start: 'export', body: { local_ids: [entity._id] } });
            if (run !== null) void navigate({ to: '/runs/$id', params: { id: run.id } });
          }}
        >
          <ArrowUpFromLine /> Export it, with the parents it needs
        </Button>
      ) : null}
      {isEditable ? (
        <Button onClick={() => setOpen('edit')}>
          <Pencil /> Edit
        </Button>
      ) : null}
      {'name' in kind.fields.shape && kind.lineage !== undefined ? (
        <Button onClick={() => setOpen('copy')}>
          <Copy /> Duplicate
        </Button>
      ) : null}
      {whyKept !== null ? (
        <Hint text={whyKept}>
          <span className="text-[13px] text-soft">cannot be deleted</span>
        </Hint>
      ) : isDraft || entity.sync.deletion === undefined ? (
        <Button look="danger" onClick={() => setOpen('delete')}>
          <Trash2 /> Delete
        </Button>
      ) : null}
      <Dialog
        isOpen={open === 'edit'}
        onClose={close}
        title={`Edit ${nameOf(kind, entity, names).slice(0, 60)}`}
        description={isDraft ? undefined : 'It shows here at once, and is sent to Broadstreet with the next export.'}
      >
        <Edit kind={kind} found={found} onClose={close} />
      </Dialog>
      <DuplicateDialog kind={kind} entity={entity} isOpen={open === 'copy'} onClose={close} />
      <Dialog isOpen={open === 'delete'} onClose={close} title={`Delete this ${kind.singular}?`}>
        <Deletion kind={kind} found={found} onClose={close} />
      </Dialog>
    </>
  );
}

interface InDialogProps {
  readonly kind: EntityKind;
  readonly found: TaggedEntity;
  readonly onClose: () => void;
}

/** What a form begins with: of what is read as an array or an image, the value that is written. */
function writtenFields(kind: EntityKind, { body: entity }: TaggedEntity): EntityFields {
  return isLocal(entity)
    ? ownFields(kind, entity)
    : Object.fromEntries((kind.update?.fields ?? []).map((field) => [field, entity[field] ?? null]));
}

function Edit({ kind, found, onClose }: InDialogProps) {
  const { network } = useNetwork();
  const change = useChangeEntity(kind.name);
  // As it was when the form was opened: what others change meanwhile is theirs, and they are told apart by the tag.
  const [opened] = useState(found);
  return (
    <EntityForm
      kind={kind}
      initial={writtenFields(kind, opened)}
      network={network}
      purpose={isLocal(opened.body) ? 'change' : 'edit'}
      submitLabel="Save"
      onCancel={onClose}
      onSubmit={async (patch) => {
        await change.mutateAsync({ key: keyOf(kind, opened.body), etag: opened.etag, patch });
        toast.success('Saved here.');
        onClose();
      }}
    />
  );
}

function Deletion({ kind, found: { body: entity }, onClose }: InDialogProps) {
  const navigate = useNavigate();
  const deleteLocals = useDeleteLocals();
  const deleteRemote = useDeleteRemote(kind.name);
  const key = keyOf(kind, entity);
  const { isKnown, words } = useBelow(kind, entity);

  async function carryOut(): Promise<void> {
    try {
      if (isLocal(entity)) {
        await deleteLocals.mutateAsync([{ kind: kind.name, key }]);
        toast.success('Deleted.');
        void navigate({ to: '/$kind', params: { kind: kind.name } });
      } else {
        const plan = await deleteRemote.mutateAsync(key);
        toast.success(
          `The next export deletes ${(plan.removed.length + plan.along.length).toLocaleString()} in Broadstreet.`,
        );
      }
    } catch (error) {
      toast.error(messageOf(error));
    }
    onClose();
  }

  return (
    <div className="grid gap-4">
      <p>
        {isLocal(entity)
          ? 'It exists only here. This cannot be undone.'
          : 'The next export deletes it in Broadstreet. Until then it can be kept.'}{' '}
        {isKnown ? `Deleted with it: ${words ?? 'nothing, since nothing hangs on it'}.` : 'Looking what hangs on it …'}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button
          look="danger"
          disabled={!isKnown || deleteLocals.isPending || deleteRemote.isPending}
          onClick={() => void carryOut()}
        >
          {isLocal(entity) ? 'Delete' : 'Delete with the next export'}
        </Button>
      </div>
    </div>
  );
}
