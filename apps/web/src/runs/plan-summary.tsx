import type { PlanSummaryView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { TriangleAlert } from 'lucide-react';
import { describeSeconds } from '../ui/times.tsx';

const counted = [
  ['create', 'to create'],
  ['link', 'to link to what exists'],
  ['update', 'to update'],
  ['remove', 'to delete'],
  ['renamed', 'under another name'],
  ['failed', 'refused'],
  ['blocked', 'blocked'],
] as const;

/** What a plan comes to: what can never be undone first. */
export function PlanSummary({ summary }: { readonly summary: PlanSummaryView }) {
  const all = Object.values(summary.kinds);
  const sums = counted.map(([count, word]) => [all.reduce((sum, each) => sum + each[count], 0), word] as const);
  const words = sums.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString()} ${word}`);
  const time = summary.seconds === null ? '' : `, about ${describeSeconds(summary.seconds)}`;
  return (
    <div className="grid gap-2 border-b px-4 py-3">
      <p className="font-medium">{words.length === 0 ? 'There is nothing to export.' : `${words.join(', ')}.`}</p>
      <p className="text-soft tabular-nums">
        {summary.requests.total.toLocaleString()} requests{time}.
      </p>
      {summary.permanent.map(({ kind, count, can_change, can_delete }) => (
        <p key={kind} className="flex items-start gap-2 text-warm">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {count.toLocaleString()} {count === 1 ? kinds[kind].singular : kind} for good: Broadstreet can{' '}
          {[...(can_delete ? [] : ['never delete']), ...(can_change ? [] : ['never change'])].join(' and ')}{' '}
          {count === 1 ? 'it' : 'them'} through its API.
        </p>
      ))}
    </div>
  );
}
