import type { RevertPlanView, RunView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { useRunStarter } from '../../frame/run-starter.ts';
import { useRevertPlan } from '../../queries/run-lists.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';

interface RevertDialogProps {
  readonly run: RunView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Shows what the undo of an import would bring back, before it does. */
export function RevertDialog({ run, isOpen, onClose }: RevertDialogProps) {
  const { data: plan, error, refetch } = useRevertPlan(run.id, isOpen);
  const { start, isStarting } = useRunStarter();
  const navigate = useNavigate();
  return (
    <Dialog
      isWide
      isOpen={isOpen}
      onClose={onClose}
      title="Undo this import?"
      description="What it changed here is as before, until Broadstreet is read again. Nothing is changed there."
    >
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {plan === undefined && error === null ? <Waiting /> : null}
      {plan === undefined ? null : (
        <div className="grid gap-4">
          <p>{describeReverts(plan)}</p>
          <Stays plan={plan} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Leave it</Button>
            <Button
              look="danger"
              disabled={isStarting || Object.keys(plan.changes).length === 0}
              onClick={async () => {
                const started = await start({ start: 'undo', id: run.id });
                if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
                onClose();
              }}
            >
              Undo the import
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

/** In words: `3 to come back, 1 to be as before, 2 to go.` */
function describeReverts({ changes, stays_total }: RevertPlanView): string {
  const sum = (count: 'inserted' | 'updated' | 'removed') =>
    Object.values(changes).reduce((total, each) => total + each[count], 0);
  const parts = [
    [sum('inserted'), 'to come back'],
    [sum('updated'), 'to be as before'],
    [sum('removed'), 'to go'],
    [stays_total, 'to stay as is'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString()} ${word}`);
  return words.length === 0 ? 'There is nothing to undo.' : `${words.join(', ')}.`;
}

function Stays({ plan: { stays, stays_total } }: { readonly plan: RevertPlanView }) {
  if (stays.length === 0) return null;
  return (
    <ul className="grid max-h-72 gap-1 overflow-y-auto rounded-md border p-3">
      {stays.map(({ kind, id, name, reason }) => (
        <li key={`${kind} ${id}`} className="text-warm">
          {kinds[kind].singular} <bdi className="font-medium">{name ?? `#${id}`}</bdi> stays: {reason}
        </li>
      ))}
      {stays_total > stays.length ? (
        <li className="text-soft">… and {(stays_total - stays.length).toLocaleString()} more</li>
      ) : null}
    </ul>
  );
}
