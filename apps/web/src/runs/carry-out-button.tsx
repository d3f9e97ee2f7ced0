import type { PlanSummaryView, RunView } from '@broadstreet-sync/contract';
import { useNavigate } from '@tanstack/react-router';
import { ArrowUpFromLine } from 'lucide-react';
import { useRunStarter } from '../frame/run-starter.ts';
import { Button } from '../ui/button.tsx';

interface CarryOutProps {
  /** The preview. */
  readonly run: RunView;
  readonly plan: { readonly summary: PlanSummaryView };
}

/** Exports exactly what a preview showed, or nothing; shows the export beside the local entities. */
export function CarryOutButton({ run, plan }: CarryOutProps) {
  const { start, isStarting } = useRunStarter();
  const navigate = useNavigate();
  if (!run.dry_run || !plan.summary.is_whole || plan.summary.requests.total === 0) return null;
  return (
    <Button
      look="main"
      size="small"
      disabled={isStarting}
      onClick={async () => {
        const started = await start({ start: 'export', body: { plan: run.id } });
        if (started !== null) void navigate({ to: '/local-only', search: { run: started.id } });
      }}
    >
      <ArrowUpFromLine /> Export exactly this
    </Button>
  );
}
