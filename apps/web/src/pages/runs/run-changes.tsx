import type { ChangeView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { ChangedEntity, nameOfChanged } from '../../kinds/changed-entity.tsx';
import { FieldDifferences } from '../../kinds/field-differences.tsx';
import { useRunChanges } from '../../queries/run-lists.ts';
import { runPageSize } from '../../queries/runs.ts';
import { ChangeBadge } from '../../runs/change-badge.tsx';

import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';

const columns: readonly Column<ChangeView>[] = [
  {
    key: 'operation',
    title: 'Change',
    cell: ({ operation }) => <ChangeBadge operation={operation} />,
  },
  {
    key: 'what',
    title: 'What',
    cell: (change) => <ChangedEntity change={change} />,
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
  const asked = useRunChanges(id, { page });
  return (
    <Card>
      <PagedTable
        asked={asked}
        empty={
          <Empty title="No changes">{isPreview ? 'It would change nothing here.' : 'It changed nothing here.'}</Empty>
        }
        label="Changes"
        columns={columns}
        keyOf={({ kind, key }) => `${kind} ${key}`}
        nameOf={nameOfChanged}
        page={page}
        pageSize={runPageSize}
        onPage={(next = 1) => setPage(next)}
      />
    </Card>
  );
}
