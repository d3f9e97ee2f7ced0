import type { FrequentErrorView } from '@broadstreet-sync/contract';
import { kinds, titleOf } from '@broadstreet-sync/domain';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { useFrequentErrors, useLogs } from '../../queries/performance.ts';
import { adviceOf, titleOfError } from '../../runs/error-words.ts';
import { figuresByKind, figuresByRun, type KindFigures, type RunFigures } from '../../runs/log-figures.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { downloadCsv } from '../../ui/download-csv.ts';
import { Select } from '../../ui/fields.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';
import { describeSeconds, Time } from '../../ui/times.tsx';
import { RunChart } from './run-chart.tsx';

const periods = [
  { days: 1, words: 'the last 24 hours' },
  { days: 7, words: 'the last 7 days' },
  { days: 30, words: 'the last 30 days' },
] as const;
const msPerDay = 86_400_000;
const msPerMinute = 60_000;

/** Of the period, to the minute: the same question as long as the page is looked at. */
function beginOf(days: number): string {
  return new Date(Math.floor(Date.now() / msPerMinute) * msPerMinute - days * msPerDay).toISOString();
}

/** How well and how fast runs go. */
export function PerformancePage() {
  const { days = 7 } = useSearch({ from: '/performance' });
  const navigate = useNavigate({ from: '/performance' });
  const from = useMemo(() => beginOf(days), [days]);
  const { data: logs, error, refetch } = useLogs(from);
  const runs = useMemo(() => figuresByRun(logs ?? []), [logs]);
  return (
    <Page
      name="Performance"
      lead="How many runs went well, how long they took, what was refused, and how often Broadstreet’s rate limit was in the way. Of all networks; previews are not counted."
      actions={
        <>
          <Select
            aria-label="Period"
            className="w-auto"
            value={days}
            onChange={({ target }) => {
              const period = periods.find((each) => String(each.days) === target.value);
              void navigate({ search: (before) => ({ ...before, days: period?.days }) });
            }}
          >
            {periods.map((period) => (
              <option key={period.days} value={period.days}>
                {period.words}
              </option>
            ))}
          </Select>
          <Button
            onClick={() =>
              void downloadCsv(`/api/sync-logs?dry_run=false&from=${encodeURIComponent(from)}`, 'sync-logs.csv')
            }
          >
            <Download /> CSV
          </Button>
        </>
      }
    >
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {error === null && logs === undefined ? <Waiting /> : null}
      {logs?.length === 0 ? (
        <Empty title="No runs in this period">Choose a longer one, or start an import.</Empty>
      ) : null}
      {logs === undefined || logs.length === 0 ? null : (
        <>
          <Card>
            <CardHead title="By kind of entity" />
            <DataTable
              label="By kind of entity"
              columns={kindColumns}
              rows={figuresByKind(logs)}
              keyOf={({ kind }) => kind}
              nameOf={({ kind }) => kind}
            />
          </Card>
          <div className="grid gap-4 xl:grid-cols-2">
            <RunChart title="Duration of a run" unit="seconds" runs={runs} figureOf={({ seconds }) => seconds} />
            <RunChart title="Requests of a run" unit="number" runs={runs} figureOf={({ requests }) => requests} />
            <RunChart
              title="Waits for the rate budget"
              unit="seconds"
              note="Added up over tasks, which wait side by side: it can be more than the run took."
              runs={runs}
              figureOf={({ waitedSeconds }) => waitedSeconds}
            />
            <RunChart
              title="Refused by the rate limit"
              unit="number"
              runs={runs}
              figureOf={({ rateLimited }) => rateLimited}
            />
          </div>
          <Errors from={from} />
          <Card>
            <CardHead title="By run" />
            <DataTable
              label="By run"
              columns={runColumns}
              rows={runs.toReversed().slice(0, 50)}
              keyOf={({ runId }) => runId}
              nameOf={({ runId }) => runId}
            />
          </Card>
        </>
      )}
    </Page>
  );
}

const kindColumns: readonly Column<KindFigures>[] = [
  { key: 'kind', title: 'Kind', cell: ({ kind }) => <span className="font-medium">{titleOf(kinds[kind])}</span> },
  { key: 'rate', title: 'Succeeded', cell: (figures) => <SuccessRate figures={figures} /> },
  { key: 'entities', title: 'Entities', isNumber: true, cell: ({ entities }) => entities.toLocaleString() },
  { key: 'errors', title: 'Errors', isNumber: true, cell: ({ errors }) => errors.toLocaleString() },
  { key: 'mean', title: 'Took on average', isNumber: true, cell: ({ meanSeconds }) => describeSeconds(meanSeconds) },
];

function SuccessRate({ figures: { runs, succeeded } }: { readonly figures: KindFigures }) {
  const percent = Math.floor((succeeded / runs) * 100);
  return (
    <span className="flex items-center gap-2">
      <span className="h-2 w-24 overflow-hidden rounded-full bg-bad/70" aria-hidden>
        <span className="block h-full bg-good" style={{ width: `${percent}%` }} />
      </span>
      <span className="whitespace-nowrap tabular-nums">
        {percent} %{' '}
        <span className="text-soft">
          ({succeeded} of {runs} runs)
        </span>
      </span>
    </span>
  );
}

const runColumns: readonly Column<RunFigures>[] = [
  {
    key: 'run',
    title: 'Run',
    cell: ({ runId, operation }) => (
      <Link to="/runs/$id" params={{ id: runId }} className="font-medium hover:underline">
        {operation}
      </Link>
    ),
  },
  { key: 'at', title: 'When', cell: ({ at }) => <Time at={at} /> },
  { key: 'seconds', title: 'Took', isNumber: true, cell: ({ seconds }) => describeSeconds(seconds) },
  { key: 'requests', title: 'Requests', isNumber: true, cell: ({ requests }) => requests.toLocaleString() },
  {
    key: 'waited',
    title: 'Waits, added up',
    isNumber: true,
    cell: ({ waitedSeconds }) => describeSeconds(waitedSeconds),
  },
  { key: 'limited', title: 'Rate limited', isNumber: true, cell: ({ rateLimited }) => rateLimited.toLocaleString() },
];

const errorColumns: readonly Column<FrequentErrorView>[] = [
  { key: 'count', title: 'Times', isNumber: true, cell: ({ count }) => count.toLocaleString() },
  {
    key: 'what',
    title: 'What',
    cell: ({ category, code, kinds: of }) => (
      <>
        <span className="font-medium">{titleOfError({ category, code })}</span>
        <span className="block text-[13px] text-soft">{of.join(', ')}</span>
      </>
    ),
  },
  {
    key: 'message',
    title: 'The latest',
    cell: ({ message, run_id }) => (
      <Link to="/runs/$id" params={{ id: run_id }} search={{ tab: 'errors' }} className="line-clamp-3 hover:underline">
        {message}
      </Link>
    ),
  },
  {
    key: 'advice',
    title: 'What to do',
    cell: ({ category, code }) => adviceOf({ category, code, remedy: null }, 'export'),
  },
];

function Errors({ from }: { readonly from: string }) {
  const { data, error } = useFrequentErrors(from);
  return (
    <Card>
      <CardHead title="Most frequent errors" />
      {error === null ? null : <Failure error={error} />}
      {data?.items.length === 0 ? <p className="p-4 text-soft">None.</p> : null}
      {data === undefined || data.items.length === 0 ? null : (
        <DataTable
          label="Most frequent errors"
          columns={errorColumns}
          rows={data.items}
          keyOf={({ category, code }) => `${category} ${code}`}
          nameOf={({ code }) => code}
        />
      )}
    </Card>
  );
}
