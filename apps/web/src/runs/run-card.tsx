import type { RunView } from '@broadstreet-sync/contract';
import { Link } from '@tanstack/react-router';
import { toast } from 'sonner';
import { useCancelRun } from '../queries/runs.ts';
import { Button } from '../ui/button.tsx';
import { Card, CardHead } from '../ui/card.tsx';
import { messageOf } from '../ui/states.tsx';
import { RunPace } from './run-pace.tsx';
import { KindBars } from './run-progress.tsx';
import { RunStatus } from './run-status.tsx';
import { runTitle } from './words.ts';

/** A run under way: its bars, its pace, and the way to stop it. */
export function RunCard({ run, isLinked = true }: { readonly run: RunView; readonly isLinked?: boolean }) {
  const title = runTitle(run);
  return (
    <Card>
      <CardHead
        title={
          <span className="flex items-center gap-2">
            {isLinked ? (
              <Link to="/runs/$id" params={{ id: run.id }} className="hover:underline">
                {title}
              </Link>
            ) : (
              'Progress'
            )}
            <RunStatus run={run} />
          </span>
        }
      >
        <CancelButton run={run} />
      </CardHead>
      <div className="grid gap-4 p-4">
        <RunPace run={run} />
        <KindBars run={run} />
      </div>
    </Card>
  );
}

function CancelButton({ run }: { readonly run: RunView }) {
  const cancel = useCancelRun();
  if (run.stopping) return <span className="text-soft">stopping …</span>;
  if (run.links.cancel === null) return null;
  return (
    <Button
      size="small"
      look="danger"
      disabled={cancel.isPending}
      onClick={() => cancel.mutate(run.id, { onError: (error) => toast.error(messageOf(error)) })}
    >
      Cancel
    </Button>
  );
}
