import type { RunView } from '@broadstreet-sync/contract';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, TriangleAlert, X } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';
import { sentences } from '../ui/sentences.ts';
import { describeChanges, refusedOf, runTitle, statusLook } from './words.ts';

interface RunOutcomeProps {
  readonly run: RunView;
  readonly onDismiss: () => void;
}

/** How a run has ended, until it is dismissed. */
export function RunOutcome({ run, onDismiss }: RunOutcomeProps) {
  const { status } = run;
  const testId =
    status === 'succeeded' ? 'sync-success' : status === 'partial' || status === 'held' ? 'sync-partial' : 'sync-error';
  const [Icon, look] =
    testId === 'sync-success'
      ? ([CircleCheck, 'bg-good-soft text-good'] as const)
      : testId === 'sync-partial'
        ? ([TriangleAlert, 'bg-warm-soft text-warm'] as const)
        : ([CircleAlert, 'bg-bad-soft text-bad'] as const);
  const refused = refusedOf(run);
  return (
    <div
      data-testid={testId}
      role={testId === 'sync-success' ? 'status' : 'alert'}
      className={cn('flex items-start gap-3 rounded-lg px-4 py-3', look)}
    >
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden />
      <div className="grid flex-1 gap-0.5">
        <p className="font-semibold">
          {runTitle(run)} {statusLook(run).text}: {describeChanges(run)}
          {refused > 0 ? `, ${refused.toLocaleString()} not exported` : ''}.
        </p>
        {run.error === null ? null : <p>{sentences(run.error.message, run.error.remedy)}</p>}
        {refused > 0 ? <p>What was refused stays here, with the reason on its row.</p> : null}
        <p>
          <Link to="/runs/$id" params={{ id: run.id }} className="underline">
            Everything about this run
          </Link>
        </p>
      </div>
      <Button
        look="quiet"
        size="icon"
        aria-label="Dismiss"
        className="-my-1 text-inherit hover:bg-black/10"
        onClick={onDismiss}
      >
        <X />
      </Button>
    </div>
  );
}
