import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from './button.tsx';

interface PagerProps {
  /** A page of a list, as the API gives it. */
  readonly list: { readonly items: readonly unknown[]; readonly total: number; readonly next: string | null };
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly onPage: (page: number) => void;
}

/** Which rows are shown of how many, and the way to the others. */
export function Pager({ list: { items, total, next }, page, pageSize, onPage }: PagerProps) {
  const skip = (page - 1) * pageSize;
  return (
    <div className="flex items-center justify-between gap-3 border-t px-4 py-2 text-[13px] text-soft">
      <span className="tabular-nums">
        {items.length === 0 ? 'None' : `${(skip + 1).toLocaleString()}–${(skip + items.length).toLocaleString()}`} of{' '}
        {total.toLocaleString()}
      </span>
      {page === 1 && next === null ? null : (
        <span className="flex gap-1.5">
          <Button size="small" disabled={page === 1} onClick={() => onPage(page - 1)}>
            <ChevronLeft /> Back
          </Button>
          <Button size="small" disabled={next === null} onClick={() => onPage(page + 1)}>
            Next <ChevronRight />
          </Button>
        </span>
      )}
    </div>
  );
}
