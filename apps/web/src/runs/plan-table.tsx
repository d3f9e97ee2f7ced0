import type { PlanItemView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { Badge, type Tone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';

const actions: Readonly<Record<PlanItemView['action'], string>> = {
  names: 'look at names',
  look_up: 'look up',
  create: 'create',
  link: 'link',
  update: 'update',
  remove: 'delete',
};

const states: Readonly<Record<PlanItemView['state'], { text: string; tone: Tone }>> = {
  planned: { text: 'ready', tone: 'good' },
  open: { text: 'sent before', tone: 'warm' },
  failed: { text: 'refused', tone: 'bad' },
  blocked: { text: 'blocked', tone: 'warm' },
};

const columns: readonly Column<PlanItemView>[] = [
  {
    key: 'state',
    title: 'State',
    cell: ({ state }) => <Badge tone={states[state].tone}>{states[state].text}</Badge>,
  },
  {
    key: 'what',
    title: 'What',
    cell: ({ kind, action, name, title }) => (
      <>
        <span className="text-soft">
          {actions[action]} {action === 'names' ? `of ${kind}` : kinds[kind].singular}
        </span>{' '}
        <bdi className="line-clamp-2 font-medium">{name ?? (action === 'names' ? '' : title)}</bdi>
      </>
    ),
  },
  {
    key: 'sent_name',
    title: 'Sent as',
    cell: ({ name, sent_name }) =>
      sent_name === null || sent_name === name ? (
        <span className="text-soft">–</span>
      ) : (
        <bdi className="line-clamp-2 font-medium text-warm">{sent_name}</bdi>
      ),
  },
  {
    key: 'why',
    title: 'Why',
    cell: (item) => <Why item={item} />,
  },
  { key: 'request', title: 'Request', isExtra: true, cell: (item) => <Request item={item} /> },
];

function Why({ item: { kind, subject, error, reason, blocked_by, link } }: { readonly item: PlanItemView }) {
  const waits = blocked_by === null ? '' : `waits for ${blocked_by}`;
  const words = error === null ? (reason ?? waits) : `${error.message} ${error.remedy ?? ''}`;
  const proposed = link?.to === null ? link.proposals.length : 0;
  return (
    <>
      <span className="line-clamp-4">{words}</span>
      {proposed === 0 ? null : (
        <Link to="/$kind/$key" params={{ kind, key: subject }} className="text-accent hover:underline">
          {proposed === 1 ? 'One in Broadstreet looks like it' : `${proposed} in Broadstreet look like it`}: link it
          instead
        </Link>
      )}
    </>
  );
}

function Request({ item: { method, path, query, body } }: { readonly item: PlanItemView }) {
  if (method === null) return <span className="text-soft">none</span>;
  const search = Object.entries(query ?? {}).map(([name, value]) => `${name}=${value}`);
  return (
    <details className="max-w-md text-[13px]">
      <summary className="cursor-pointer font-mono text-xs break-all">
        {method} {path}
        {search.length === 0 ? '' : `?${search.join('&')}`}
      </summary>
      {body === null ? null : (
        <pre className="mt-1 max-h-60 overflow-auto rounded bg-sunk p-2 font-mono text-xs whitespace-pre-wrap break-all">
          {JSON.stringify(body, null, 2)}
        </pre>
      )}
    </details>
  );
}

interface PlanTableProps {
  readonly items: readonly PlanItemView[];
  readonly total: number;
}

/** The entries of a plan in the order in which they are sent. */
export function PlanTable({ items, total }: PlanTableProps) {
  if (items.length === 0) return null;
  return (
    <>
      <DataTable
        label="What would be sent"
        columns={columns}
        rows={items}
        keyOf={({ kind, action, subject }) => `${kind} ${action} ${subject}`}
        nameOf={({ title }) => title}
      />
      {total > items.length ? (
        <p className="border-t px-4 py-2 text-[13px] text-soft">
          The first {items.length.toLocaleString()} of {total.toLocaleString()} entries.
        </p>
      ) : null}
    </>
  );
}
