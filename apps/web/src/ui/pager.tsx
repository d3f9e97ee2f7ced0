import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from './button.tsx';

interface PagerProps {
  readonly total: number;
  /** Rows before this page. */
  readonly skip: number;
  readonly shown: number;
  readonly onBack: (() => void) | null;
  readonly onNext: (() => void) | null;
}

/** Which rows are shown of how many, and the way to the others. */
export function Pager({ total, skip, shown, onBack, onNext }: PagerProps) {
  return (
    <div className="flex items-center justify-between gap-3 border-t px-4 py-2 text-[13px] text-soft">
      <span className="tabular-nums">
        {shown === 0 ? 'None' : `${(skip + 1).toLocaleString()}–${(skip + shown).toLocaleString()}`} of{' '}
        {total.toLocaleString()}
      </span>
      {onBack === null && onNext === null ? null : (
        <span className="flex gap-1.5">
          <Button size="small" disabled={onBack === null} onClick={() => onBack?.()}>
            <ChevronLeft /> Back
          </Button>
          <Button size="small" disabled={onNext === null} onClick={() => onNext?.()}>
            Next <ChevronRight />
          </Button>
        </span>
      )}
    </div>
  );
}
