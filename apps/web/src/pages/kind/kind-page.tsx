import { type EntityKind, kinds, titleOf } from '@broadstreet-sync/domain';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowDownToLine, Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useNetwork } from '../../frame/network.ts';
import { useRunStarter } from '../../frame/run-starter.ts';
import { columnsOf } from '../../kinds/columns.tsx';
import { keyOf, nameOf, originOf, referencesOf } from '../../kinds/entity.ts';
import { NewEntityDialog } from '../../kinds/entity-dialog.tsx';
import { networkFilter } from '../../kinds/network-filter.ts';
import { type EntityPageQuery, pageSize, useEntityPage, useNames } from '../../queries/entities.ts';
import type { ListSearch } from '../../search.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';
import { chosenIn, ListFilters, narrowingFields } from './list-filters.tsx';
import { ListSelection } from './list-selection.tsx';

/** What was made here first: what is local, then what was exported, then all else, each by its name. */
const usualSort = '-created_locally,synced_with_api';

const originFilters = {
  local: { scope: 'local' },
  synced: { scope: 'production', filters: { created_locally: 'true' } },
  api: { scope: 'production', filters: { created_locally: 'false' } },
} as const;

function queryOf(kind: EntityKind, search: ListSearch, network: number | null): EntityPageQuery {
  const origin = search.origin === undefined ? { scope: 'both' as const } : originFilters[search.origin];
  const narrowed = narrowingFields(kind).map(({ field }) => [field, chosenIn(search, field)] as const);
  const filters = {
    ...networkFilter(kind, network),
    ...Object.fromEntries(narrowed),
    ...('filters' in origin ? origin.filters : {}),
  };
  const sort = search.sort ?? ('name' in kind.fields.shape ? `${usualSort},name` : usualSort);
  return { scope: origin.scope, q: search.q, sort, page: search.page ?? 1, filters };
}

/** All entities of a kind, local and remote together. */
export function KindPage() {
  const { kind: name } = useParams({ from: '/$kind' });
  const kind = kinds[name];
  const [isMaking, setMaking] = useState(false);
  const { start, isStarting } = useRunStarter();
  return (
    <Page
      name={titleOf(kind)}
      lead={`What Broadstreet has of them, as last read, and what was made here and is still to be exported.`}
      actions={
        <>
          <Button disabled={isStarting} onClick={() => void start({ start: 'import', kind: name, body: {} })}>
            <ArrowDownToLine /> Import {name} only
          </Button>
          <Button look="main" onClick={() => setMaking(true)}>
            <Plus /> New {kind.singular}
          </Button>
        </>
      }
    >
      <KindList key={name} kind={kind} onNew={() => setMaking(true)} />
      <NewEntityDialog kind={isMaking ? name : null} onClose={() => setMaking(false)} />
    </Page>
  );
}

function KindList({ kind, onNew }: { readonly kind: EntityKind; readonly onNew: () => void }) {
  const search = useSearch({ from: '/$kind' });
  const navigate = useNavigate({ from: '/$kind' });
  const { network } = useNetwork();
  const query = queryOf(kind, search, network);
  const { data, error, refetch, isPlaceholderData } = useEntityPage(kind.name, query);
  const names = useNames((data?.items ?? []).flatMap((entity) => referencesOf(kind, entity)));
  const page = search.page ?? 1;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const change = useCallback(
    (next: Readonly<Record<string, string | number | undefined>>) =>
      void navigate({ search: (before) => ({ ...before, page: undefined, ...next }), replace: true }),
    [navigate],
  );
  const isNarrowed =
    search.q !== undefined ||
    search.origin !== undefined ||
    Object.keys(query.filters ?? {}).some((field) => query.filters?.[field] !== undefined);

  return (
    <Card className={isPlaceholderData ? 'opacity-75 transition-opacity' : ''}>
      <ListFilters
        kind={kind}
        search={search}
        onChange={change}
        network={kind.lineage === undefined ? {} : networkFilter(kind, network)}
      />
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {error === null && data === undefined ? <Waiting lines={12} /> : null}
      {data?.total === 0 ? (
        <Nothing kind={kind} isNarrowed={isNarrowed} onNew={onNew} onAll={() => void navigate({ search: {} })} />
      ) : null}
      {data === undefined || data.total === 0 ? null : (
        <>
          <ListSelection kind={kind} keys={chosen} onChange={setChosen} query={query} total={data.total} />
          <DataTable
            label={titleOf(kind)}
            columns={columnsOf(kind, names)}
            rows={data.items}
            keyOf={(entity) => keyOf(kind, entity)}
            nameOf={(entity) => nameOf(kind, entity, names)}
            sort={{ by: search.sort ?? '', change: (sort) => change({ sort }) }}
            selection={{ keys: chosen, change: setChosen }}
            testIdOf={(entity) => (originOf(entity) === 'synced' ? 'synced-entity' : undefined)}
          />
          <Pager
            list={data}
            page={page}
            pageSize={pageSize}
            onPage={(next) => change({ page: next === 1 ? undefined : next })}
          />
        </>
      )}
    </Card>
  );
}

interface NothingProps {
  readonly kind: EntityKind;
  readonly isNarrowed: boolean;
  readonly onNew: () => void;
  readonly onAll: () => void;
}

function Nothing({ kind, isNarrowed, onNew, onAll }: NothingProps) {
  if (isNarrowed) {
    return (
      <Empty title={`No ${kind.name} like that`} action={<Button onClick={onAll}>Show all {kind.name}</Button>}>
        None fits the search, the status, the network and the parents that are chosen.
      </Empty>
    );
  }
  return (
    <Empty title={`No ${kind.name} yet`} action={<Button onClick={onNew}>New {kind.singular}</Button>}>
      Import them from Broadstreet (in the menu, under Sync operations), or make one here and export it.
    </Empty>
  );
}
