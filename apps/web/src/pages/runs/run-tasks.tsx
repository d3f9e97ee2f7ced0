import type { TaskView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { inLabels } from '../../kinds/in-labels.ts';
import { useRunTasks } from '../../queries/run-lists.ts';
import { runPageSize } from '../../queries/runs.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';
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

function nameIn({ name, id }: NonNullable<TaskView['blocked_by']>): string {
  return name === null ? id : `“${name}” is not there`;
}

const columns: readonly Column<TaskView>[] = [
  { key: 'state', title: 'State', cell: ({ state }) => <Badge tone={tones[state]}>{state}</Badge> },
  { key: 'title', title: 'Task', cell: ({ title }) => <bdi className="line-clamp-2 min-w-48">{title}</bdi> },
  { key: 'attempts', title: 'Attempts', isNumber: true, isExtra: true, cell: ({ attempts }) => attempts },
  { key: 'requests', title: 'Requests', isNumber: true, isExtra: true, cell: ({ requests }) => requests },
  { key: 'rows', title: 'Rows', isNumber: true, cell: ({ rows }) => rows?.toLocaleString() ?? '–' },
  {
    key: 'reason',
    title: 'Reason',
    cell: ({ kind, error, blocked_by }) => (
      <span className="line-clamp-3">
        {error === null ? '' : inLabels(kinds[kind], error.message)}
        {error !== null || blocked_by === null
          ? ''
          : `not tried: ${kinds[blocked_by.kind].singular} ${nameIn(blocked_by)}`}
      </span>
    ),
  },
  {
    key: 'ended',
    title: 'Ended',
    isExtra: true,
    cell: ({ ended_at }) => (
      <span className="whitespace-nowrap">{ended_at === null ? '–' : <Time at={ended_at} />}</span>
    ),
  },
];

/** Units of remote work of a run. */
export function RunTasks({ id }: { readonly id: string }) {
  const [page, setPage] = useState(1);
  const asked = useRunTasks(id, { page });
  return (
    <Card>
      <PagedTable
        asked={asked}
        empty={<Empty title="No tasks yet">They appear when the first kind is planned.</Empty>}
        label="Tasks"
        columns={columns}
        keyOf={(task) => task.id}
        nameOf={({ title }) => title}
        page={page}
        pageSize={runPageSize}
        onPage={(next = 1) => setPage(next)}
      />
    </Card>
  );
}
