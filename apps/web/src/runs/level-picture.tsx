import type { RunView } from '@broadstreet-sync/contract';
import { levels, titleOf } from '@broadstreet-sync/domain';
import { Check, ChevronRight } from 'lucide-react';
import { cn } from '../ui/cn.ts';
import { decidedOf, progressOfKind, wasStopped } from './words.ts';

interface LevelState {
  readonly total: number | null;
  readonly decided: number;
  readonly refused: number;
  readonly skipped: number;
  /** The run ended before its turn came. */
  readonly isUnreached: boolean;
  readonly names: readonly string[];
}

function stateOf(run: RunView, level: (typeof levels)[number]): LevelState | null {
  const all = level.flatMap((kind) => {
    const progress = progressOfKind(run, kind.name);
    return progress === undefined ? [] : [{ title: titleOf(kind), progress }];
  });
  if (all.length === 0) return null;
  const isPlanned = all.every(({ progress }) => progress.total !== null);
  return {
    total: isPlanned ? all.reduce((sum, { progress }) => sum + (progress.total ?? 0), 0) : null,
    decided: all.reduce((sum, { progress }) => sum + decidedOf(progress), 0),
    refused: all.reduce((sum, { progress }) => sum + progress.failed + progress.blocked, 0),
    skipped: all.reduce((sum, { progress }) => sum + progress.skipped, 0),
    isUnreached: wasStopped(run) && all.every(({ progress }) => (progress.total ?? 0) === 0),
    names: all.map(({ title }) => title),
  };
}

/** The levels of a run in their order, each filling as it goes: one begins when the one before is done. */
export function LevelPicture({ run }: { readonly run: RunView }) {
  const shown = levels.flatMap((level, at) => {
    const state = stateOf(run, level);
    return state === null ? [] : [{ number: at + 1, state }];
  });
  return (
    <ol aria-label="Levels, one after the other" className="flex flex-wrap items-stretch gap-y-2">
      {shown.map(({ number, state }, at) => (
        <li key={number} className="flex min-w-40 flex-1 items-center">
          {at === 0 ? null : <ChevronRight className="size-5 shrink-0 text-soft" aria-hidden />}
          <LevelBox number={number} state={state} />
        </li>
      ))}
    </ol>
  );
}

function shareOf(total: number | null, done: number): string {
  if (total === null) return 'not planned yet';
  return total === 0 ? 'nothing to do' : `${done.toLocaleString()} / ${total.toLocaleString()}`;
}

function LevelBox({
  number,
  state: { total, decided, refused, skipped, isUnreached, names },
}: {
  readonly number: number;
  readonly state: LevelState;
}) {
  const isOver = total !== null && decided === total && !isUnreached;
  const isDone = isOver && refused === 0 && skipped === 0;
  const share = total === null || total === 0 ? (isDone ? 100 : 0) : ((decided - skipped) / total) * 100;
  return (
    <div
      className={cn(
        'relative h-full flex-1 overflow-hidden rounded-md border bg-card p-2.5',
        total === null && 'border-dashed',
      )}
    >
      <div
        aria-hidden
        className={cn(
          'absolute inset-x-0 bottom-0 transition-[height] duration-500',
          refused > 0 ? 'bg-warm-soft' : 'bg-good-soft',
        )}
        style={{ height: `${share}%` }}
      />
      <div className="relative grid gap-0.5">
        <span className="flex items-center gap-1 text-xs font-semibold">
          Level {number}
          {isDone ? <Check className="size-3.5 text-good" aria-label="done" /> : null}
        </span>
        <span className="text-[13px] leading-tight font-medium">{names.join(', ')}</span>
        <span className="text-xs tabular-nums">
          {isUnreached ? 'not reached' : shareOf(total, decided - skipped)}
          {refused > 0 ? `, ${refused.toLocaleString()} refused` : ''}
          {skipped > 0 ? `, ${skipped.toLocaleString()} not done` : ''}
        </span>
      </div>
    </div>
  );
}
