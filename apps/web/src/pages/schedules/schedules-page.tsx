import type { ScheduleView } from '@broadstreet-sync/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useNetwork } from '../../frame/network.ts';
import { schedulePageSize, useSchedules } from '../../queries/schedules.ts';
import { RunStatus } from '../../runs/run-status.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';
import { ScheduleActions } from './schedule-actions.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { describeTick, describeTiming, describeWhat } from './schedule-words.ts';

function columnsFor(edit: (id: string) => void): readonly Column<ScheduleView>[] {
  return [
    {
      key: 'name',
      title: 'Schedule',
      cell: (schedule) => (
        <>
          <button
            type="button"
            className="text-left font-medium break-words hover:underline"
            onClick={() => edit(schedule.id)}
          >
            <bdi>{schedule.name}</bdi>
          </button>
          <span className="block text-[13px] text-soft">{describeWhat(schedule)}</span>
        </>
      ),
    },
    { key: 'when', title: 'When', cell: (schedule) => <When schedule={schedule} /> },
    { key: 'next', title: 'Next', cell: (schedule) => <Next schedule={schedule} /> },
    { key: 'last', title: 'Last run', cell: (schedule) => <Last schedule={schedule} /> },
    {
      key: 'do',
      title: 'Actions',
      cell: (schedule) => <ScheduleActions schedule={schedule} onEdit={() => edit(schedule.id)} />,
    },
  ];
}

function When({ schedule }: { readonly schedule: ScheduleView }) {
  return (
    <>
      {describeTiming(schedule)}
      {schedule.cron === null ? null : (
        <span className="block text-[13px] text-soft">
          <code>{schedule.cron}</code>, {schedule.timezone}
        </span>
      )}
    </>
  );
}

function Next({ schedule: { enabled, next } }: { readonly schedule: ScheduleView }) {
  const [first, ...others] = next;
  if (!enabled) return <Badge tone="warm">paused</Badge>;
  if (first === undefined) return <Badge>ended</Badge>;
  return (
    <>
      <Time at={first} />
      <span className="block text-[13px] text-soft">
        {new Date(first).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
        {others.length === 0 ? ', the last' : ''}
      </span>
    </>
  );
}

function Last({ schedule: { last_run: run, last_tick: tick } }: { readonly schedule: ScheduleView }) {
  const told = tick === null ? null : describeTick(tick);
  return (
    <>
      {run === null ? (
        <span className="text-soft">none yet</span>
      ) : (
        <span className="flex flex-wrap items-center gap-1.5">
          <RunStatus run={{ status: run.status, dry_run: false, published_at: null }} />
          <Link to="/runs/$id" params={{ id: run.id }} className="hover:underline">
            <Time at={run.created_at} />
          </Link>
        </span>
      )}
      {told === null ? null : <span className="block text-[13px] text-warm">{told}</span>}
    </>
  );
}

/** What the dialog is open for: nothing, a new schedule, or one that is to be changed. */
type Editing = { readonly id: string | null } | null;

/** Imports and exports that come by themselves. */
export function SchedulesPage() {
  const { page = 1 } = useSearch({ from: '/schedules' });
  const navigate = useNavigate({ from: '/schedules' });
  const { network } = useNetwork();
  const [editing, setEditing] = useState<Editing>(null);
  const asked = useSchedules(network, page);
  const make = (
    <Button look="main" onClick={() => setEditing({ id: null })}>
      <Plus /> New schedule
    </Button>
  );
  return (
    <Page
      name="Schedules"
      lead="Imports and exports that come by themselves, as long as a worker runs. Each time comes to one run, however many workers there are."
      actions={make}
    >
      <Card>
        <PagedTable
          asked={asked}
          empty={
            <Empty title="Nothing comes by itself" action={make}>
              With a schedule, what is here keeps up with Broadstreet: what is due every hour, say, or everything each
              night.
            </Empty>
          }
          label="Schedules"
          columns={columnsFor((id) => setEditing({ id }))}
          keyOf={({ id }) => id}
          nameOf={({ name }) => name}
          page={page}
          pageSize={schedulePageSize}
          onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
        />
      </Card>
      {editing === null ? null : <ScheduleDialog id={editing.id} onClose={() => setEditing(null)} />}
    </Page>
  );
}
