import type { RunView } from '@broadstreet-sync/contract';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';

/** What every dialog about the undo of a run is given. */
export interface UndoProps {
  readonly run: RunView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

interface UndoFrameProps<Plan> extends UndoProps {
  readonly title: string;
  readonly description: string;
  /** What the undo would do; undefined until it is known. */
  readonly asked: { readonly data: Plan | undefined; readonly error: Error | null; refetch(): unknown };
  readonly show: (plan: Plan) => ReactNode;
  readonly leave: string;
  readonly undo: (plan: Plan) => string;
  readonly isEmpty: (plan: Plan) => boolean;
}

/** Shows what the undo of a run would do, and starts it when that is wished. */
export function UndoFrame<Plan>({ run, isOpen, onClose, asked, ...words }: UndoFrameProps<Plan>) {
  const { data: plan, error, refetch } = asked;
  const { start, isStarting } = useRunStarter();
  const navigate = useNavigate();
  return (
    <Dialog isWide isOpen={isOpen} onClose={onClose} title={words.title} description={words.description}>
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {plan === undefined && error === null ? <Waiting /> : null}
      {plan === undefined ? null : (
        <div className="grid gap-4">
          {words.show(plan)}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{words.leave}</Button>
            <Button
              look="danger"
              disabled={isStarting || words.isEmpty(plan)}
              onClick={async () => {
                const started = await start({ start: 'undo', id: run.id });
                if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
                onClose();
              }}
            >
              {words.undo(plan)}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
