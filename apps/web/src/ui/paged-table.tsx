import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from './data-table.tsx';
import { Pager } from './pager.tsx';
import { Failure, Waiting } from './states.tsx';

interface PagedTableProps<Row> extends Omit<DataTableProps<Row>, 'rows'> {
  /** A page of a list, as it is asked for. */
  readonly asked: {
    readonly data: { readonly items: readonly Row[]; readonly total: number; readonly next: string | null } | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** Shown where the list has none. */
  readonly empty: ReactNode;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly onPage: (page: number | undefined) => void;
}

/** A list of the API, page by page: while it comes, when it does not, where it has nothing. */
export function PagedTable<Row>({ asked, empty, page, pageSize, onPage, ...table }: PagedTableProps<Row>) {
  const { data, error, refetch } = asked;
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting lines={8} />;
  if (data.total === 0) return empty;
  return (
    <>
      <DataTable {...table} rows={data.items} />
      <Pager
        list={data}
        page={page}
        pageSize={pageSize}
        // The first page is the one without a number.
        onPage={(next) => onPage(next === 1 ? undefined : next)}
      />
    </>
  );
}
