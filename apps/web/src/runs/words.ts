import { endedRunStates, type RunView } from '@broadstreet-sync/contract';
import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { Tone } from '../ui/badge.tsx';

/** Says whether nothing more happens in a run by itself. */
export function hasEnded({ status }: Pick<RunView, 'status'>): boolean {
  return endedRunStates.some((state) => state === status);
}

/** What a run is, in a word or two. */
export function runTitle({ operation, dry_run, undo_of }: Pick<RunView, 'operation' | 'dry_run' | 'undo_of'>): string {
  if (undo_of !== null) return 'Undo';
  const word = operation === 'import' ? 'Import' : 'Export';
  return dry_run ? `Preview of ${word === 'Import' ? 'an import' : 'an export'}` : word;
}

interface StatusLook {
  readonly text: string;
  readonly tone: Tone;
  readonly means: string;
}

/** What the status of a run means to a person. */
export const statusLooks: Readonly<Record<RunView['status'], StatusLook>> = {
  queued: { text: 'waiting', tone: 'calm', means: 'It starts as soon as it can.' },
  running: { text: 'running', tone: 'accent', means: 'It is under way.' },
  publishing: { text: 'publishing', tone: 'accent', means: 'Everything is read; the changes are being made at once.' },
  succeeded: { text: 'succeeded', tone: 'good', means: 'All of it was done.' },
  partial: { text: 'partly done', tone: 'warm', means: 'Some of it was refused or blocked; the rest is done.' },
  failed: { text: 'failed', tone: 'bad', means: 'Nothing of it was done, or it had to stop.' },
  cancelled: { text: 'cancelled', tone: 'calm', means: 'A person stopped it.' },
  held: { text: 'needs a look', tone: 'warm', means: 'Lists lost so much that a person is to confirm it.' },
};

export type KindProgress = NonNullable<RunView['kinds'][KindName]>;

/** Kinds of a run with their progress, in the order of kinds. */
export function progressOf({ kinds }: Pick<RunView, 'kinds'>): { kind: KindName; progress: KindProgress }[] {
  return kindNames.flatMap((kind) => {
    const progress = kinds[kind];
    return progress === undefined ? [] : [{ kind, progress }];
  });
}

/** Tasks that have come to an end, good or bad. */
export function decidedOf({ completed, failed, blocked, skipped }: KindProgress): number {
  return completed + failed + blocked + skipped;
}

/** How far a run is, as far as it is planned: `12 / 40`; nothing before. */
export function describeShare(run: Pick<RunView, 'kinds'>): string {
  const planned = progressOf(run).filter(({ progress }) => progress.total !== null);
  const total = planned.reduce((sum, { progress }) => sum + (progress.total ?? 0), 0);
  if (total === 0) return '';
  const decided = planned.reduce((sum, { progress }) => sum + decidedOf(progress), 0);
  return `${decided.toLocaleString()} / ${total.toLocaleString()}`;
}

/** Sum of what a run refused: failed and blocked. */
export function refusedOf(run: Pick<RunView, 'kinds'>): number {
  return progressOf(run).reduce((sum, { progress }) => sum + progress.failed + progress.blocked, 0);
}

/** Says whether a run came to its end before it had done what it was for. */
export function wasStopped({ status }: Pick<RunView, 'status'>): boolean {
  return status === 'cancelled' || status === 'failed';
}

/** Entities that a run changed, in words: `12 new, 3 changed`. */
export function describeChanges(run: Pick<RunView, 'changes' | 'dry_run' | 'operation' | 'status'>): string {
  const { changes, dry_run } = run;
  // Read or not: an import is published whole, or not at all.
  if (run.operation === 'import' && wasStopped(run)) return 'nothing was published';
  const sum = (count: 'inserted' | 'updated' | 'removed') =>
    Object.values(changes).reduce((total, each) => total + each[count], 0);
  const parts = [
    [sum('inserted'), 'new'],
    [sum('updated'), 'changed'],
    [sum('removed'), 'removed'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString()} ${word}`);
  const all = words.length === 0 ? 'no changes' : words.join(', ');
  return dry_run ? `would be ${all}` : all;
}
