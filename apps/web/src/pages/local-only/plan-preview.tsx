import { useNavigate } from '@tanstack/react-router';
import { ArrowUpFromLine, X } from 'lucide-react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { usePlan, useRun } from '../../queries/runs.ts';
import { PlanSummary } from '../../runs/plan-summary.tsx';
import { PlanTable } from '../../runs/plan-table.tsx';
import { RunCard } from '../../runs/run-card.tsx';
import { hasEnded } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';

interface PlanPreviewProps {
  /** Of the dry run. */
  readonly id: string;
  readonly onClose: () => void;
}

/** What the export would send, request by request, and its export exactly so. */
export function PlanPreview({ id, onClose }: PlanPreviewProps) {
  const navigate = useNavigate({ from: '/local-only' });
  const { data: run, error: runError } = useRun(id);
  const isWhole = run !== undefined && hasEnded(run);
  const { data: plan, error, refetch } = usePlan(id, isWhole);
  const { start, isStarting } = useRunStarter();

  async function carryOut(): Promise<void> {
    const started = await start({ start: 'export', body: { plan: id } });
    if (started !== null) void navigate({ search: (before) => ({ ...before, plan: undefined, run: started.id }) });
  }

  if (run !== undefined && !isWhole) return <RunCard run={run} />;
  return (
    <Card>
      <CardHead title="Preview of the export">
        {plan?.summary.is_whole === true ? (
          <Button size="small" disabled={isStarting} onClick={() => void carryOut()}>
            <ArrowUpFromLine /> Export exactly this
          </Button>
        ) : null}
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
          {run.error.message} {run.error.remedy}
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
