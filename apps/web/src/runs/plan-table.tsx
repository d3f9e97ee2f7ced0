import type { PlanItemView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { nameOf, referenceIn, referencesOf } from '../kinds/entity.ts';
import { EntityLink } from '../kinds/entity-link.tsx';
import { inLabels } from '../kinds/in-labels.ts';
import { type Reference, useNames } from '../queries/entities.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { sentences } from '../ui/sentences.ts';
import { adviceOf } from './error-words.ts';

const actions: Readonly<Record<PlanItemView['action'], string>> = {
  names: 'read the names of',
  look_up: 'look what became of',
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

type Names = ReadonlyMap<string, string | null>;

const columnsWith = (names: Names): Column<PlanItemView>[] => [
  {
    key: 'state',
    title: 'State',
    cell: ({ state }) => <Badge tone={states[state].tone}>{states[state].text}</Badge>,
  },
  {
    key: 'what',
    title: 'What',
    cell: (item) => <What item={item} names={names} />,
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

function isList({ action }: PlanItemView): boolean {
  return action === 'names' || action === 'look_up';
}

/** The parent whose list is read, the nearest first. */
function scopeOf({ kind, parents }: PlanItemView): Reference[] {
  return Object.keys(parents)
    .toReversed()
    .flatMap((field) => referenceIn(kinds[kind], parents, field) ?? [])
    .slice(0, 1);
}

/** What an entry refers to, for its name. */
function referencesIn(item: PlanItemView): Reference[] {
  return isList(item) ? scopeOf(item) : referencesOf(kinds[item.kind], item.parents);
}

function What({ item, names }: { readonly item: PlanItemView; readonly names: Names }) {
  const { kind, action, subject, name, parents } = item;
  const of = kinds[kind];
  if (isList(item)) {
    const [scope] = scopeOf(item);
    return (
      <>
        <span className="text-soft">
          {actions[action]} {of.name} {scope === undefined ? '' : `of ${kinds[scope.kind].singular}`}
        </span>{' '}
        {scope === undefined ? null : <EntityLink reference={scope} names={names} />}
      </>
    );
  }
  return (
    <>
      <span className="text-soft">
        {actions[action]} {of.singular}
      </span>{' '}
      <Link to="/$kind/$key" params={{ kind, key: subject }} className="line-clamp-2 font-medium hover:underline">
        <bdi>{nameOf(of, { ...parents, name }, names)}</bdi>
      </Link>
    </>
  );
}

function Why({ item: { kind, subject, error, reason, blocked_by, link } }: { readonly item: PlanItemView }) {
  const waits = blocked_by === null ? '' : `waits for ${blocked_by}`;
  const words =
    error === null ? (reason ?? waits) : sentences(inLabels(kinds[kind], error.message), adviceOf(error, 'export'));
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
  const names = useNames(items.flatMap(referencesIn));
  if (items.length === 0) return null;
  return (
    <>
      <DataTable
        label="What would be sent"
        columns={columnsWith(names)}
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
