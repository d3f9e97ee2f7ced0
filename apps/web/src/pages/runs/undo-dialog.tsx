import type { RunView, UndoPlanView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { useRunStarter } from '../../frame/run-starter.ts';
import { useUndoPlan } from '../../queries/run-lists.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';

interface UndoDialogProps {
  readonly run: RunView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Shows what the undo of an export would remove, before it does. */
export function UndoDialog({ run, isOpen, onClose }: UndoDialogProps) {
  const { data: plan, error, refetch } = useUndoPlan(run.id, isOpen);
  const { start, isStarting } = useRunStarter();
  const navigate = useNavigate();
  return (
    <Dialog
      isWide
      isOpen={isOpen}
      onClose={onClose}
      title="Undo this export?"
      description="What it created is deleted in Broadstreet, and is local again here."
    >
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {plan === undefined && error === null ? <Waiting /> : null}
      {plan === undefined ? null : (
        <div className="grid gap-4">
          <UndoLists plan={plan} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Keep everything</Button>
            <Button
              look="danger"
              disabled={isStarting || plan.removed.length === 0}
              onClick={async () => {
                const started = await start({ start: 'undo', id: run.id });
                if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
                onClose();
              }}
            >
              Delete {plan.removed.length.toLocaleString()} in Broadstreet
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function UndoLists({ plan }: { readonly plan: UndoPlanView }) {
  return (
    <>
      <p>
        {plan.removed.length.toLocaleString()} deleted by {plan.requests.toLocaleString()} requests
        {plan.along.length === 0 ? '' : `, ${plan.along.length.toLocaleString()} deleted with them`}
        {plan.stays.length === 0 ? '' : `, ${plan.stays.length.toLocaleString()} stay`}.
      </p>
      <ul className="grid max-h-72 gap-1 overflow-y-auto rounded-md border p-3">
        {[...plan.removed, ...plan.along].map(({ kind, id, name }) => (
          <li key={`${kind} ${id}`}>
            delete {kinds[kind].singular} <bdi className="font-medium">{name ?? `#${id}`}</bdi>
          </li>
        ))}
        {plan.stays.map(({ kind, id, name, reason, remedy }) => (
          <li key={`${kind} ${id}`} className="text-warm">
            {kinds[kind].singular} <bdi className="font-medium">{name ?? `#${id}`}</bdi> stays: {reason} {remedy}
          </li>
        ))}
      </ul>
    </>
  );
}
