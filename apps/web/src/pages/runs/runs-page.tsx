import type { RunView } from '@broadstreet-sync/contract';
import { runStates } from '@broadstreet-sync/domain';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useNetwork } from '../../frame/network.ts';
import { runPageSize, useRuns } from '../../queries/runs.ts';
import { RunStatus } from '../../runs/run-status.tsx';
import { describeChanges, describeLimits, describeShare, refusedOf, runTitle, statusLooks } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Select } from '../../ui/fields.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { describeSeconds, Time } from '../../ui/times.tsx';

const columns: readonly Column<RunView>[] = [
  {
    key: 'what',
    title: 'Run',
    cell: (run) => (
      <>
        <Link to="/runs/$id" params={{ id: run.id }} className="font-medium hover:underline">
          {runTitle(run)}
          {run.retry_of === null ? '' : ' (again)'}
        </Link>
        <span className="block text-[13px] text-soft">{describeLimits(run)}</span>
      </>
    ),
  },
  { key: 'status', title: 'Status', cell: (run) => <RunStatus run={run} /> },
  { key: 'started', title: 'Asked for', cell: (run) => <Time at={run.created_at} /> },
  {
    key: 'changes',
    title: 'Came to',
    cell: (run) => (run.ended_at === null ? describeShare(run) : describeChanges(run)),
  },
  {
    key: 'refused',
    title: 'Refused',
    isNumber: true,
    cell: (run) =>
      refusedOf(run) === 0 ? (
        <span className="text-soft">–</span>
      ) : (
        <span className="text-bad">{refusedOf(run).toLocaleString()}</span>
      ),
  },
  {
    key: 'requests',
    title: 'Requests',
    isNumber: true,
    isExtra: true,
    cell: ({ requests }) => requests.toLocaleString(),
  },
  { key: 'took', title: 'Took', isNumber: true, isExtra: true, cell: durationOf },
];

function durationOf({ started_at, ended_at }: RunView): string {
  if (started_at === null || ended_at === null) return '–';
  return describeSeconds((Date.parse(ended_at) - Date.parse(started_at)) / 1000);
}

/** Imports and exports, the newest first. */
export function RunsPage() {
  const search = useSearch({ from: '/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const { network } = useNetwork();
  const page = search.page ?? 1;
  const asked = useRuns({ ...search, network, page });
  return (
    <Page name="Runs" lead="Every import and export: how far it is, what it changed, what went wrong.">
      <Card>
        <div className="flex flex-wrap gap-2 border-b px-4 py-2.5">
          <Select
            aria-label="Operation"
            className="w-auto"
            value={search.operation ?? ''}
            onChange={({ target }) => {
              const operation = (['import', 'export'] as const).find((each) => each === target.value);
              void navigate({ search: (before) => ({ ...before, page: undefined, operation }) });
            }}
          >
            <option value="">Imports and exports</option>
            <option value="import">Imports</option>
            <option value="export">Exports</option>
          </Select>
          <Select
            aria-label="Status"
            className="w-auto"
            value={search.status ?? ''}
            onChange={({ target }) => {
              const status = runStates.find((each) => each === target.value);
              void navigate({ search: (before) => ({ ...before, page: undefined, status }) });
            }}
          >
            <option value="">Any status</option>
            {runStates.map((status) => (
              <option key={status} value={status}>
                {statusLooks[status].text}
              </option>
            ))}
          </Select>
          {search.schedule === undefined ? null : (
            <Button
              onClick={() =>
                void navigate({ search: (before) => ({ ...before, page: undefined, schedule: undefined }) })
              }
            >
              <X aria-hidden /> Of one schedule only
            </Button>
          )}
        </div>
        <PagedTable
          asked={asked}
          empty={<Empty title="No runs">Start an import or an export in the menu.</Empty>}
          label="Runs"
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={runTitle}
          page={page}
          pageSize={runPageSize}
          onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
        />
      </Card>
    </Page>
  );
}
