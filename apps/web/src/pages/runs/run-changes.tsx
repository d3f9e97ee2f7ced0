import type { ChangeView, RunView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { ChangedEntity, nameOfChanged } from '../../kinds/changed-entity.tsx';
import { FieldDifferences } from '../../kinds/field-differences.tsx';
import { useRunChanges } from '../../queries/run-lists.ts';
import { runPageSize } from '../../queries/runs.ts';
import { ChangeBadge } from '../../runs/change-badge.tsx';

import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { RunKindFilter, useRunListPlace } from './run-list-place.tsx';

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
export function RunChanges({ run }: { readonly run: RunView }) {
  const place = useRunListPlace();
  const { kind: only, page, toPage } = place;
  const asked = useRunChanges(run.id, { kind: only, page });
  const isPreview = run.dry_run && run.published_at === null;
  return (
    <Card>
      <RunKindFilter run={run} place={place} />
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
        onPage={toPage}
      />
    </Card>
  );
}
