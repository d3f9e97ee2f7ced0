import type { DuplicateView } from '@broadstreet-sync/contract';
import { kindNames, kinds } from '@broadstreet-sync/domain';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useNetwork } from '../../frame/network.ts';
import { KindSelect } from '../../kinds/kind-select.tsx';
import { duplicatePageSize, useDuplicates } from '../../queries/history.ts';
import { rootOf } from '../../queries/root-of.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { downloadCsv } from '../../ui/download-csv.ts';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';

const shown = 10;
/** Kinds whose entities have names. */
const named = kindNames.filter((name) => kinds[name].unique.length > 0);

const columns: readonly Column<DuplicateView>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ kind, names, name }) => (
      <>
        <span className="text-soft">{kinds[kind].singular} </span>
        <bdi className="line-clamp-2 font-medium">{names[0]?.trim() || name}</bdi>
      </>
    ),
  },
  {
    key: 'parent',
    title: 'Under',
    cell: ({ parent_kind, parent_id, parent_name }) =>
      parent_kind === null || parent_id === null ? (
        'the account'
      ) : (
        <Link
          to="/$kind/$key"
          params={{ kind: parent_kind, key: String(parent_id) }}
          className="line-clamp-2 hover:underline"
        >
          <span className="text-soft">{kinds[parent_kind].singular}</span> <bdi>{parent_name ?? `#${parent_id}`}</bdi>
        </Link>
      ),
  },
  { key: 'count', title: 'Times', isNumber: true, cell: ({ count }) => count.toLocaleString() },
  { key: 'ids', title: 'Which', cell: (duplicate) => <Members duplicate={duplicate} /> },
];

function Members({ duplicate: { kind, ids, names, count } }: { readonly duplicate: DuplicateView }) {
  return (
    <span className="flex flex-wrap gap-x-2.5">
      {ids.slice(0, shown).map((id, at) => (
        <Link
          key={id}
          to="/$kind/$key"
          params={{ kind, key: String(id) }}
          title={names[at]}
          className="text-accent tabular-nums hover:underline"
        >
          #{id}
        </Link>
      ))}
      {count > shown ? <span className="text-soft">and {(count - shown).toLocaleString()} more</span> : null}
    </span>
  );
}

/** Names that are given more than once under one parent. */
export function DuplicatesPage() {
  const { kind, page = 1 } = useSearch({ from: '/duplicates' });
  const navigate = useNavigate({ from: '/duplicates' });
  const { network } = useNetwork();
  const asked = useDuplicates(kind, network, page);
  const query = new URLSearchParams({ ...(kind === undefined ? {} : { kind }), ...rootOf(network) });
  return (
    <Page
      name="Duplicates"
      lead="Entities of the account that share a name under one parent, compared without outer blanks and case. Which of them is the one to keep is for you to say: delete or rename the others."
      actions={
        <Button onClick={() => void downloadCsv(`/api/duplicates?${query}`, 'duplicates.csv')}>
          <Download /> CSV
        </Button>
      }
    >
      <Card>
        <div className="flex flex-wrap gap-2 border-b px-4 py-2.5">
          <KindSelect
            value={kind}
            among={named}
            onChange={(next) => void navigate({ search: (before) => ({ ...before, page: undefined, kind: next }) })}
          />
        </div>
        <PagedTable
          asked={asked}
          empty={<Empty title="No name is given twice">All names are their own under their parent.</Empty>}
          label="Duplicates"
          columns={columns}
          keyOf={(each) => `${each.kind} ${each.parent_id} ${each.name}`}
          nameOf={({ name }) => name}
          page={page}
          pageSize={duplicatePageSize}
          onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
        />
      </Card>
    </Page>
  );
}
