import { useNetwork } from '../../frame/network.ts';
import { useLiveRuns } from '../../queries/live-runs.ts';
import { useOverview } from '../../queries/status.ts';
import { RunCard } from '../../runs/run-card.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Page } from '../../ui/page.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { FirstSteps } from './first-steps.tsx';
import { KindsTable } from './kinds-table.tsx';
import { LastRun } from './last-run.tsx';
import { Todo } from './todo.tsx';

/** The state at a glance: what runs, what ran last, what there is of each kind, what waits for a person. */
export function HomePage() {
  const { network } = useNetwork();
  const { data: overview, error, refetch } = useOverview(network);
  const { running } = useLiveRuns();
  const isEmpty = overview !== undefined && overview.last_import === null && running.length === 0;
  return (
    <Page name="Home" lead="What is here, what waits to be sent, and how fresh it is.">
      {running.map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
      {isEmpty ? <FirstSteps /> : null}
      {error !== null && overview === undefined ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        <LastRun title="Last import" run={overview?.last_import} otherwise="Nothing was imported yet." />
        <LastRun title="Last export" run={overview?.last_export} otherwise="Nothing was exported yet." />
        <ConnectionCard />
      </div>
      {overview === undefined ? null : <Todo overview={overview} />}
      <Card>
        <CardHead title="Entities" />
        {overview === undefined ? <Waiting lines={6} /> : <KindsTable overview={overview} />}
      </Card>
    </Page>
  );
}
