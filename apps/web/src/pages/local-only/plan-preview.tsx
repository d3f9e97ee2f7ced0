import { X } from 'lucide-react';
import { usePlan, useRun } from '../../queries/runs.ts';
import { CarryOutButton } from '../../runs/carry-out-button.tsx';
import { PlanSummary } from '../../runs/plan-summary.tsx';
import { PlanTable } from '../../runs/plan-table.tsx';
import { RunCard } from '../../runs/run-card.tsx';
import { hasEnded } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { sentences } from '../../ui/sentences.ts';
import { Failure, Waiting } from '../../ui/states.tsx';

interface PlanPreviewProps {
  /** Of the dry run. */
  readonly id: string;
  readonly onClose: () => void;
}

/** What the export would send, request by request, and its export exactly so. */
export function PlanPreview({ id, onClose }: PlanPreviewProps) {
  const { data: run, error: runError } = useRun(id);
  const isWhole = run !== undefined && hasEnded(run);
  const { data: plan, error, refetch } = usePlan(id, isWhole);

  if (run !== undefined && !isWhole) return <RunCard run={run} />;
  return (
    <Card>
      <CardHead title="Preview of the export">
        {plan === undefined || run === undefined ? null : <CarryOutButton run={run} plan={plan} />}
        <Button look="quiet" size="icon" aria-label="Close the preview" onClick={onClose}>
          <X />
        </Button>
      </CardHead>
      {error !== null || runError !== null ? (
        <Failure error={error ?? runError} onRetry={() => void refetch()} />
      ) : null}
      {plan === undefined && error === null && runError === null ? <Waiting /> : null}
      {run?.error == null ? null : (
        <p role="alert" className="px-4 pt-3 text-bad">
          {sentences(run.error.message, run.error.remedy)}
        </p>
      )}
      {plan === undefined ? null : (
        <>
          <PlanSummary summary={plan.summary} />
          <PlanTable items={plan.items} total={plan.total} />
        </>
      )}
    </Card>
  );
}
