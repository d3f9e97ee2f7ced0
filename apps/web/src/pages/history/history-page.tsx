import type { HistoryEntryView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useNetwork } from '../../frame/network.ts';
import { ChangedEntity } from '../../kinds/changed-entity.tsx';
import { FieldDifferences } from '../../kinds/field-differences.tsx';
import { KindSelect } from '../../kinds/kind-select.tsx';
import { historyPageSize, historyQuery, useAllHistory } from '../../queries/history.ts';
import { ChangeBadge, changeLooks } from '../../runs/change-badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { downloadCsv } from '../../ui/download-csv.ts';
import { Input, Select } from '../../ui/fields.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

const columns: readonly Column<HistoryEntryView>[] = [
  {
    key: 'at',
    title: 'When',
    cell: ({ at }) => <span className="whitespace-nowrap text-soft">{at === null ? '–' : <Time at={at} />}</span>,
  },
  { key: 'operation', title: 'Change', cell: ({ operation }) => <ChangeBadge operation={operation} /> },
  { key: 'what', title: 'What', cell: (entry) => <ChangedEntity change={entry} /> },
  {
    key: 'fields',
    title: 'Fields',
    cell: ({ kind, operation, before, after }) =>
      operation === 'update' ? <FieldDifferences kind={kinds[kind]} before={before ?? {}} after={after ?? {}} /> : null,
  },
  { key: 'by', title: 'By', cell: (entry) => <MadeBy entry={entry} /> },
];

function MadeBy({ entry: { run_id, run } }: { readonly entry: HistoryEntryView }) {
  if (run_id === null) return <span className="text-soft">a person, here</span>;
  const words = run === null ? 'a run' : run.undo_of === null ? `an ${run.operation}` : 'an undo';
  return (
    <Link to="/runs/$id" params={{ id: run_id }} className="whitespace-nowrap text-accent hover:underline">
      {words}
    </Link>
  );
}

/** The first moment of a day, in the reader's zone; undefined for what is none. */
function beginOf(day: string | undefined): string | undefined {
  const time = day === undefined ? Number.NaN : Date.parse(`${day}T00:00`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** What imports, exports and people have changed, over all entities. */
export function HistoryPage() {
  const { kind, operation, since, page = 1 } = useSearch({ from: '/history' });
  const navigate = useNavigate({ from: '/history' });
  const { network } = useNetwork();
  const filter = { kind, operation, from: beginOf(since), network };
  const asked = useAllHistory(filter, page);
  const given = Object.entries(historyQuery(filter)).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return (
    <Page
      name="History"
      lead="What was changed here, from what to what, when, and by which import, export or person."
      actions={
        <Button onClick={() => void downloadCsv(`/api/history?${search}`, 'history.csv')}>
          <Download /> CSV
        </Button>
      }
    >
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b px-4 py-2.5">
          <KindSelect
            value={kind}
            onChange={(next) => void navigate({ search: (before) => ({ ...before, page: undefined, kind: next }) })}
          />
          <Select
            aria-label="Change"
            className="w-auto"
            value={operation ?? ''}
            onChange={({ target }) => {
              const next = (['insert', 'update', 'remove'] as const).find((each) => each === target.value);
              void navigate({ search: (before) => ({ ...before, page: undefined, operation: next }) });
            }}
          >
            <option value="">Any change</option>
            {(['insert', 'update', 'remove'] as const).map((each) => (
              <option key={each} value={each}>
                {changeLooks[each].text}
              </option>
            ))}
          </Select>
          <label htmlFor="history-since" className="flex items-center gap-2 text-soft">
            Since
            <Input
              id="history-since"
              type="date"
              className="w-auto"
              value={since ?? ''}
              onChange={({ target }) =>
                void navigate({
                  search: (before) => ({ ...before, page: undefined, since: target.value || undefined }),
                })
              }
            />
          </label>
        </div>
        <PagedTable
          asked={asked}
          empty={<Empty title="Nothing was changed">Nothing fits, or nothing was imported or exported yet.</Empty>}
          label="History"
          columns={columns}
          keyOf={({ kind: of, key, at, run_id, operation: what }) => `${of} ${key} ${at} ${run_id} ${what}`}
          nameOf={({ kind: of, key }) => `${of} ${key}`}
          page={page}
          pageSize={historyPageSize}
          onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
        />
      </Card>
    </Page>
  );
}
