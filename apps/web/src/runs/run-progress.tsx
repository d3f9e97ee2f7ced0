import type { RunView } from '@broadstreet-sync/contract';
import { kinds, titleOf } from '@broadstreet-sync/domain';
import { cn } from '../ui/cn.ts';
import { decidedOf, type KindProgress, progressOf, progressOfKind, wasStopped } from './words.ts';

/** What a run counts of a kind, in words: lists that are read, or entities that are exported. */
function describeKind(run: RunView, kind: (typeof kinds)[keyof typeof kinds], progress: KindProgress): string {
  const { total, completed, failed, blocked, skipped } = progress;
  if (total === null) return waitsFor(run, kind);
  if (total === 0 && wasStopped(run)) return 'not reached';
  if (total === 0) return run.operation === 'import' ? 'no lists to read' : 'nothing to do';
  const refused = [
    failed > 0 ? `${failed.toLocaleString()} failed` : null,
    blocked > 0 ? `${blocked.toLocaleString()} blocked` : null,
    skipped > 0 ? `${skipped.toLocaleString()} skipped` : null,
  ].filter((part) => part !== null);
  const done = `${completed.toLocaleString()} of ${total.toLocaleString()}`;
  const unit = total === 1 ? 'entity' : 'entities';
  if (run.operation === 'export')
    return [`${done} ${unit}${run.dry_run ? ' can be exported' : ''}`, ...refused].join(', ');
  const found = run.found[kind.name] ?? 0;
  const yielded = found > 0 ? [`${found.toLocaleString()} found`] : [];
  return [`${done} ${total === 1 ? 'list' : 'lists'} read`, ...yielded, ...refused].join(', ');
}

/** A kind that is not planned yet waits for the kinds whose entities it needs. */
function waitsFor(run: RunView, kind: (typeof kinds)[keyof typeof kinds]): string {
  const open = [...kind.parents, ...(kind.after ?? [])].filter((name) => {
    const progress = progressOfKind(run, name);
    return progress !== undefined && (progress.total === null || decidedOf(progress) < progress.total);
  });
  const nearest = open.at(-1);
  return nearest === undefined ? 'being planned' : `waiting for ${nearest}`;
}

/** A bar for each kind of a run. */
export function KindBars({ run }: { readonly run: RunView }) {
  return (
    <ul className="grid gap-3">
      {progressOf(run).map(({ kind, progress }) => (
        <KindBar key={kind} run={run} kind={kinds[kind]} progress={progress} />
      ))}
    </ul>
  );
}

interface KindBarProps {
  readonly run: RunView;
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly progress: KindProgress;
}

function KindBar({ run, kind, progress }: KindBarProps) {
  const { total, completed, failed, blocked, skipped } = progress;
  const share = (count: number) => `${total === null || total === 0 ? 0 : (count / total) * 100}%`;
  const words = describeKind(run, kind, progress);
  return (
    <li className="grid gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{titleOf(kind)}</span>
        <span className="text-[13px] text-soft tabular-nums">{words}</span>
      </div>
      <div
        role="progressbar"
        aria-label={titleOf(kind)}
        aria-valuetext={words}
        aria-valuemin={0}
        aria-valuemax={total ?? 1}
        aria-valuenow={decidedOf(progress)}
        className={cn('flex h-2 overflow-hidden rounded-full bg-sunk', total === null && 'animate-pulse')}
      >
        <span className="bg-good transition-[width]" style={{ width: share(completed) }} />
        <span className="bg-strong-line transition-[width]" style={{ width: share(skipped) }} />
        <span className="bg-warm transition-[width]" style={{ width: share(blocked) }} />
        <span className="bg-bad transition-[width]" style={{ width: share(failed) }} />
      </div>
    </li>
  );
}
