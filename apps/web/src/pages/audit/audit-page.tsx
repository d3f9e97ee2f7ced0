import type { AuditEntryView } from '@broadstreet-sync/contract';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { auditPageSize, useAudit } from '../../queries/access.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { downloadCsv } from '../../ui/download-csv.ts';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

const columns: readonly Column<AuditEntryView>[] = [
  { key: 'at', title: 'When', cell: ({ at }) => <Time at={at} /> },
  {
    key: 'who',
    title: 'Who',
    cell: ({ name, role }) => (
      <>
        <span className="font-medium">{name}</span> <span className="text-soft">{role}</span>
      </>
    ),
  },
  {
    key: 'what',
    title: 'What',
    cell: ({ method, path, fields }) => (
      <>
        <code className="break-all">
          {method} {path}
        </code>
        {fields.length === 0 ? null : <p className="text-[13px] text-soft">{fields.join(', ')}</p>}
      </>
    ),
  },
  {
    key: 'outcome',
    title: 'Outcome',
    cell: ({ status, code, run_id }) => (
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={status === null ? 'warm' : status < 400 ? 'good' : 'bad'}>{code ?? status ?? 'not known'}</Badge>
        {run_id === null ? null : (
          <Link to="/runs/$id" params={{ id: run_id }} className="text-accent hover:underline">
            the run
          </Link>
        )}
      </span>
    ),
  },
  { key: 'from', title: 'From', isExtra: 'wide', cell: ({ address }) => address ?? '–' },
  {
    key: 'request',
    title: 'Request',
    isExtra: 'wide',
    cell: ({ request_id }) => <code className="text-[13px]">{request_id?.slice(0, 8) ?? '–'}</code>,
  },
];

/** Who did what, and what came of it. */
export function AuditPage() {
  const { name, page = 1 } = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const query = name === undefined ? '' : `?${new URLSearchParams({ name }).toString()}`;
  return (
    <Page
      name="Audit trail"
      lead="Who did what, when, and what came of it. What only reads is left out; values are not kept."
      actions={
        <Button onClick={() => void downloadCsv(`/api/audit${query}`, 'audit.csv')}>
          <Download /> CSV
        </Button>
      }
    >
      <Card>
        <div className="border-b px-4 py-2.5">
          <SearchBox
            label="Name of a key"
            value={name ?? ''}
            onChange={(text) => void navigate({ search: { name: text === '' ? undefined : text } })}
          />
        </div>
        <PagedTable
          asked={useAudit(name, page)}
          empty={<Empty title="Nothing was done">Nothing fits, or nobody has changed or started anything yet.</Empty>}
          label="Audit trail"
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={({ method, path }) => `${method} ${path}`}
          page={page}
          pageSize={auditPageSize}
          onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
        />
      </Card>
    </Page>
  );
}
