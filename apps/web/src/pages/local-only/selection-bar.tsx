import { kinds } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { ArrowUpFromLine, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { useRunStarter } from '../../frame/run-starter.ts';
import { ChangeManyDialog } from '../../kinds/change-many-dialog.tsx';
import { useDeleteLocals } from '../../queries/entities.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { messageOf } from '../../ui/states.tsx';
import type { ChosenLocal } from './selection.ts';

interface SelectionBarProps {
  readonly chosen: readonly ChosenLocal[];
  readonly onDone: () => void;
}

/** What can be done with what was chosen. */
export function SelectionBar({ chosen, onDone }: SelectionBarProps) {
  const navigate = useNavigate({ from: '/local-only' });
  const { start, isStarting } = useRunStarter();
  const [isAsking, setAsking] = useState(false);
  const [isEditing, setEditing] = useState(false);
  if (chosen.length === 0) return null;
  const count = chosen.length.toLocaleString();
  const [kind, ...others] = new Set(chosen.map((each) => each.kind));

  async function exportChosen(): Promise<void> {
    const run = await start({ start: 'export', body: { local_ids: chosen.map(({ key }) => key) } });
    if (run === null) return;
    onDone();
    void navigate({ search: (before) => ({ ...before, run: run.id }) });
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-soft" aria-live="polite">
        {count} selected
      </span>
      <Button disabled={isStarting} onClick={() => void exportChosen()}>
        <ArrowUpFromLine /> Export these, with the parents they need
      </Button>
      {kind === undefined || others.length > 0 ? null : (
        <>
          <Button onClick={() => setEditing(true)}>
            <Pencil /> Edit
          </Button>
          <ChangeManyDialog
            kind={kinds[kind]}
            keys={chosen.map(({ key }) => key)}
            isOpen={isEditing}
            onClose={() => setEditing(false)}
          />
        </>
      )}
      <Button look="danger" onClick={() => setAsking(true)}>
        <Trash2 /> Delete
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete ${count} local ${chosen.length === 1 ? 'entity' : 'entities'}?`}
      >
        <DeletionQuestion chosen={chosen} onClose={() => setAsking(false)} onDone={onDone} />
      </Dialog>
    </div>
  );
}

function DeletionQuestion({ chosen, onClose, onDone }: SelectionBarProps & { readonly onClose: () => void }) {
  const deletion = useDeleteLocals();
  return (
    <div className="grid gap-4">
      <p>
        They exist only here, and so does what was prepared to hang on them: it is deleted too. Broadstreet is not
        touched. This cannot be undone.
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep them</Button>
        <Button
          look="danger"
          disabled={deletion.isPending}
          onClick={() =>
            deletion.mutate(chosen, {
              onSuccess: () => {
                toast.success('Deleted.');
                onDone();
              },
              onError: (error) => toast.error(messageOf(error)),
              onSettled: onClose,
            })
          }
        >
          Delete
        </Button>
      </div>
    </div>
  );
}
