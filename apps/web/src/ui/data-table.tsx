import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Checkbox } from './fields.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Name by which the server sorts; none where it cannot. */
  readonly sort?: string;
  readonly isNumber?: boolean;
  /** Left out on narrow screens; `wide`: shown on wide ones alone. */
  readonly isExtra?: boolean | 'wide';
}

export interface Selection {
  readonly keys: ReadonlySet<string>;
  readonly change: (keys: ReadonlySet<string>) => void;
}

export interface DataTableProps<Row> {
  /** What the table shows, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  readonly sort?: { readonly by: string; readonly change: (by: string) => void };
  readonly selection?: Selection;
  readonly testIdOf?: (row: Row) => string | undefined;
}

/** A page of rows; what is sorted, filtered and paged is so by the server. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, keyOf, nameOf, sort, selection, testIdOf } = props;
  return (
    <div className="relative overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-left">
        <thead>
          <tr className="border-b bg-sunk/60 text-[13px] text-soft">
            {selection === undefined ? null : (
              <th scope="col" className="w-9 py-2 pl-4">
                <SelectPage keys={rows.map(keyOf)} selection={selection} />
              </th>
            )}
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} {...(sort === undefined ? {} : { sort })} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = keyOf(row);
            return (
              <tr key={key} data-testid={testIdOf?.(row)} className="border-b last:border-0 hover:bg-sunk/50">
                {selection === undefined ? null : (
                  <td className="py-2 pl-4 align-top">
                    <SelectRow name={nameOf(row)} keyed={key} selection={selection} />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.key} className={cellClass(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function cellClass({ isNumber = false, isExtra = false }: Pick<Column<never>, 'isNumber' | 'isExtra'>): string {
  return cn(
    'px-4 py-2 align-top',
    isNumber && 'text-right tabular-nums',
    isExtra && (isExtra === 'wide' ? 'hidden min-[88rem]:table-cell' : 'hidden lg:table-cell'),
  );
}

interface HeadCellProps<Row> {
  readonly column: Column<Row>;
  readonly sort?: { readonly by: string; readonly change: (by: string) => void };
}

function HeadCell<Row>({ column, sort }: HeadCellProps<Row>) {
  const { title, sort: field } = column;
  const classes = cn(cellClass(column), 'font-medium whitespace-nowrap');
  if (sort === undefined || field === undefined) {
    return (
      <th scope="col" className={classes}>
        {title}
      </th>
    );
  }
  const isUp = sort.by === field;
  const isDown = sort.by === `-${field}`;
  const Icon = isUp ? ArrowUp : isDown ? ArrowDown : ChevronsUpDown;
  return (
    <th scope="col" className={classes} aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <button
        type="button"
        className="inline-flex items-center gap-1 hover:text-ink"
        onClick={() => sort.change(isUp ? `-${field}` : field)}
      >
        {title}
        <Icon className="size-3.5" aria-hidden />
      </button>
    </th>
  );
}

function SelectPage({ keys, selection }: { readonly keys: readonly string[]; readonly selection: Selection }) {
  const areAll = keys.length > 0 && keys.every((key) => selection.keys.has(key));
  return (
    <Checkbox
      aria-label="Select all on this page"
      checked={areAll}
      onChange={() => {
        const others = [...selection.keys].filter((key) => !keys.includes(key));
        selection.change(new Set(areAll ? others : [...others, ...keys]));
      }}
    />
  );
}

interface SelectRowProps {
  readonly name: string;
  readonly keyed: string;
  readonly selection: Selection;
}

function SelectRow({ name, keyed, selection }: SelectRowProps) {
  const isSelected = selection.keys.has(keyed);
  return (
    <Checkbox
      aria-label={`Select ${name}`}
      checked={isSelected}
      onChange={() => {
        const others = [...selection.keys].filter((key) => key !== keyed);
        selection.change(new Set(isSelected ? others : [...others, keyed]));
      }}
    />
  );
}
