import type { TaskView } from '@broadstreet-sync/contract';
import { useState } from 'react';
import { useRunTasks } from '../../queries/run-lists.ts';
import { runPageSize } from '../../queries/runs.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

const tones: Readonly<Record<TaskView['state'], Tone>> = {
  queued: 'calm',
  running: 'accent',
  waiting: 'calm',
  completed: 'good',
  failed: 'bad',
  blocked: 'warm',
  skipped: 'calm',
};

const columns: readonly Column<TaskView>[] = [
  { key: 'state', title: 'State', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
  { key: 'title', title: 'Task', cell: ({ title }) => <bdi className="line-clamp-2">{title}</bdi> },
  { key: 'attempts', title: 'Attempts', isNumber: true, isExtra: true, cell: ({ attempts }) => attempts },
  { key: 'requests', title: 'Requests', isNumber: true, isExtra: true, cell: ({ requests }) => requests },
  { key: 'rows', title: 'Rows', isNumber: true, cell: ({ rows }) => rows?.toLocaleString() ?? '–' },
  {
    key: 'reason',
    title: 'Reason',
    cell: ({ error, blocked_by }) => (
      <span className="line-clamp-3">
        {error?.message ?? (blocked_by === null ? '' : `waits for ${blocked_by.name ?? blocked_by.id}`)}
      </span>
    ),
  },
  {
    key: 'ended',
    title: 'Ended',
    isExtra: true,
    cell: ({ ended_at }) => (ended_at === null ? '–' : <Time at={ended_at} />),
  },
];

/** Units of remote work of a run. */
export function RunTasks({ id }: { readonly id: string }) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useRunTasks(id, { page });
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Card>
      {data.total === 0 ? <Empty title="No tasks yet">They appear when the first kind is planned.</Empty> : null}
      {data.total === 0 ? null : (
        <DataTable
          label="Tasks"
          columns={columns}
          rows={data.items}
          keyOf={(task) => task.id}
          nameOf={({ title }) => title}
        />
      )}
      <Pager list={data} page={page} pageSize={runPageSize} onPage={setPage} />
    </Card>
  );
}
