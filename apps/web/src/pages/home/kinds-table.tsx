import type { OverviewView } from '@broadstreet-sync/contract';
import { type KindName, kindNames, kinds, titleOf } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/times.tsx';

interface Row {
  readonly kind: KindName;
  readonly counts: NonNullable<OverviewView['kinds'][KindName]>;
}

function countColumn(count: 'local' | 'failed' | 'edited', title: string): Column<Row> {
  return {
    key: count,
    title,
    isNumber: true,
    cell: ({ counts }) => (counts[count] === 0 ? <span className="text-soft">–</span> : counts[count].toLocaleString()),
  };
}

const columns: readonly Column<Row>[] = [
  {
    key: 'kind',
    title: 'Kind',
    cell: ({ kind }) => (
      <Link to="/$kind" params={{ kind }} className="font-medium hover:underline">
        {titleOf(kinds[kind])}
      </Link>
    ),
  },
  {
    key: 'production',
    title: 'In Broadstreet',
    isNumber: true,
    cell: ({ counts }) => counts.production.toLocaleString(),
  },
  countColumn('local', 'Local'),
  countColumn('failed', 'Failed'),
  countColumn('edited', 'Unsent edits'),
  {
    key: 'verified',
    title: 'Read whole',
    cell: ({ counts }) =>
      counts.verified_at === null ? <span className="text-soft">not yet</span> : <Time at={counts.verified_at} />,
  },
];

/** How many there are of each kind, and since when all of its lists have been read. */
export function KindsTable({ overview }: { readonly overview: OverviewView }) {
  const rows = kindNames.flatMap((kind) => {
    const counts = overview.kinds[kind];
    return counts === undefined ? [] : [{ kind, counts }];
  });
  return (
    <DataTable
      label="Entities by kind"
      columns={columns}
      rows={rows}
      keyOf={({ kind }) => kind}
      nameOf={({ kind }) => kind}
    />
  );
}
