import type { ChangeView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FieldDifferences } from '../../kinds/field-differences.tsx';
import { useRunChanges } from '../../queries/run-lists.ts';
import { runPageSize } from '../../queries/runs.ts';
import { ChangeBadge } from '../../runs/change-badge.tsx';

import { Card } from '../../ui/card.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';

function nameIn({ key, before, after }: ChangeView): string {
  const name = (after ?? before)?.name;
  return typeof name === 'string' ? name : `#${key}`;
}

const columns: readonly Column<ChangeView>[] = [
  {
    key: 'operation',
    title: 'Change',
    cell: ({ operation }) => <ChangeBadge operation={operation} />,
  },
  {
    key: 'what',
    title: 'What',
    cell: (change) => (
      <>
        <span className="text-soft">{kinds[change.kind].singular} </span>
        {change.operation === 'remove' ? (
          <bdi className="font-medium">{nameIn(change)}</bdi>
        ) : (
          <Link
            to="/$kind/$key"
            params={{ kind: change.kind, key: change.key }}
            className="font-medium hover:underline"
          >
            <bdi>{nameIn(change)}</bdi>
          </Link>
        )}
      </>
    ),
  },
  {
    key: 'fields',
    title: 'Fields',
    cell: ({ kind, operation, before, after }) =>
      operation === 'update' ? <FieldDifferences kind={kinds[kind]} before={before ?? {}} after={after ?? {}} /> : null,
  },
];

/** What a run changed here, or would change. */
export function RunChanges({ id, isPreview }: { readonly id: string; readonly isPreview: boolean }) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useRunChanges(id, { page });
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  return (
    <Card>
      {data.total === 0 ? (
        <Empty title="No changes">{isPreview ? 'It would change nothing here.' : 'It changed nothing here.'}</Empty>
      ) : (
        <DataTable
          label="Changes"
          columns={columns}
          rows={data.items}
          keyOf={({ kind, key }) => `${kind} ${key}`}
          nameOf={nameIn}
        />
      )}
      <Pager list={data} page={page} pageSize={runPageSize} onPage={setPage} />
    </Card>
  );
}
