import { type EntityKind, labelOf, titleOf } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { useNetwork } from '../../frame/network.ts';
import { ChooseAllButton } from '../../kinds/choose-all-button.tsx';
import { columnsOf } from '../../kinds/columns.tsx';
import { isLocal, keyOf, nameOf, referencesOf } from '../../kinds/entity.ts';
import { inLabels } from '../../kinds/in-labels.ts';
import { networkFilter } from '../../kinds/network-filter.ts';
import { type Entity, pageSize, useEntityPage, useNames } from '../../queries/entities.ts';
import { Card, CardHead } from '../../ui/card.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { type ChosenLocal, withChoice } from './selection.ts';

interface LocalListProps {
  readonly kind: EntityKind;
  readonly q: string | undefined;
  readonly chosen: readonly ChosenLocal[];
  readonly onChoose: (chosen: readonly ChosenLocal[]) => void;
}

/** The local entities of a kind, with what is wrong with each. */
export function LocalList({ kind, q, chosen, onChoose }: LocalListProps) {
  const { network } = useNetwork();
  const [page, setPage] = useState(1);
  const isNamed = 'name' in kind.fields.shape;
  const query = {
    scope: 'local' as const,
    page,
    filters: networkFilter(kind, network),
    ...(isNamed ? { q, sort: 'name' } : {}),
  };
  const { data, error, refetch } = useEntityPage(kind.name, query);
  const names = useNames((data?.items ?? []).flatMap((entity) => referencesOf(kind, entity)));
  // A search by name finds nothing among what has none.
  if (data?.total === 0 || (q !== undefined && !isNamed)) return null;
  const choose = (ids: ReadonlySet<string>) => onChoose(withChoice(chosen, kind.name, ids));
  const keys = new Set(chosen.filter((each) => each.kind === kind.name).map(({ key }) => key));
  return (
    <Card>
      <CardHead title={`${titleOf(kind)}${data === undefined ? '' : ` (${data.total.toLocaleString()})`}`}>
        {keys.size === 0 || data === undefined ? null : (
          <ChooseAllButton kind={kind} query={query} total={data.total} keys={keys} onChange={choose} />
        )}
      </CardHead>
      {error === null ? null : <Failure error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined ? <Waiting lines={3} /> : null}
      {data === undefined ? null : (
        <>
          <DataTable
            label={`Local ${kind.name}`}
            columns={columnsOf(kind, names)
              .filter(({ key }) => key !== 'synced_at')
              .concat(reasonColumn(kind))}
            rows={data.items}
            keyOf={(entity) => keyOf(kind, entity)}
            nameOf={(entity) => nameOf(kind, entity, names)}
            selection={{ keys, change: choose }}
          />
          {data.total <= pageSize ? null : <Pager list={data} page={page} pageSize={pageSize} onPage={setPage} />}
        </>
      )}
    </Card>
  );
}

function reasonColumn(kind: EntityKind): Column<Entity> {
  return {
    key: 'reason',
    title: 'What is in the way',
    cell: (entity) => {
      const lines = reasonsOf(kind, entity);
      if (lines.length === 0) return <span className="text-soft">ready</span>;
      return (
        <ul className="grid min-w-44 gap-0.5 text-[13px] text-bad">
          {lines.map((line) => (
            <li key={line} className="line-clamp-3" title={line}>
              {line}
            </li>
          ))}
        </ul>
      );
    },
  };
}

function reasonsOf(kind: EntityKind, entity: Entity): string[] {
  if (!isLocal(entity)) return [];
  const error = entity.sync_errors.at(-1);
  const problems = entity.problems.map(({ path, message }) => `${labelOf(kind, path)} ${message}`);
  // What was refused for its fields is said by the fields.
  const isSaid = error === undefined || (error.category === 'validation' && problems.length > 0);
  return isSaid ? problems : [...problems, inLabels(kind, error.message)];
}
