import { endedRunStates, type RunView } from '@broadstreet-sync/contract';
import { type KindName, kindNames } from '@broadstreet-sync/domain';
import type { Tone } from '../ui/badge.tsx';

/** Says whether nothing more happens in a run by itself. */
export function hasEnded({ status }: Pick<RunView, 'status'>): boolean {
  return endedRunStates.some((state) => state === status);
}

type Titled = Pick<RunView, 'operation' | 'dry_run' | 'undo_of' | 'published_at'>;

/** What a run is, in a word or two. A preview that was published is an import like any other. */
export function runTitle({ operation, dry_run, undo_of, published_at }: Titled): string {
  if (undo_of !== null) return 'Undo';
  const word = operation === 'import' ? 'Import' : 'Export';
  return dry_run && published_at === null ? `Preview of ${word === 'Import' ? 'an import' : 'an export'}` : word;
}

interface StatusLook {
  readonly text: string;
  readonly tone: Tone;
  readonly means: string;
}

/** What the status of a run means; of a preview {@link statusLook} knows more. */
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

/** The same of a preview, which does nothing: it tells what could be done. */
const previewLooks: Readonly<Partial<Record<RunView['status'], StatusLook>>> = {
  succeeded: { text: 'ready', tone: 'good', means: 'All of it can be done; nothing has been done yet.' },
  partial: { text: 'partly ready', tone: 'warm', means: 'Some of it cannot be done; nothing has been done yet.' },
};

export type Looking = Pick<RunView, 'status' | 'dry_run' | 'published_at'>;

/** What the status of a run means to a person. */
export function statusLook({ status, dry_run, published_at }: Looking): StatusLook {
  return (dry_run && published_at === null ? previewLooks[status] : undefined) ?? statusLooks[status];
}

export type KindProgress = NonNullable<RunView['kinds'][KindName]>;

type Progressing = Pick<RunView, 'kinds' | 'dry_run' | 'operation'>;

/** Progress of a kind; what the preview of an export leaves undone, as previews do, is done as far as it goes. */
export function progressOfKind({ kinds, dry_run, operation }: Progressing, kind: KindName): KindProgress | undefined {
  const progress = kinds[kind];
  if (progress === undefined || !dry_run || operation === 'import') return progress;
  return { ...progress, completed: progress.completed + progress.skipped, skipped: 0 };
}

/** Kinds of a run with their progress, in the order of kinds. */
export function progressOf(run: Progressing): { kind: KindName; progress: KindProgress }[] {
  return kindNames.flatMap((kind) => {
    const progress = progressOfKind(run, kind);
    return progress === undefined ? [] : [{ kind, progress }];
  });
}

/** Tasks that have come to an end, good or bad. */
export function decidedOf({ completed, failed, blocked, skipped }: KindProgress): number {
  return completed + failed + blocked + skipped;
}

/** How far a run is, as far as it is planned: `12 / 40`; nothing before. */
export function describeShare(run: Progressing): string {
  const planned = progressOf(run).filter(({ progress }) => progress.total !== null);
  const total = planned.reduce((sum, { progress }) => sum + (progress.total ?? 0), 0);
  if (total === 0) return '';
  const decided = planned.reduce((sum, { progress }) => sum + decidedOf(progress), 0);
  return `${decided.toLocaleString()} / ${total.toLocaleString()}`;
}

/** Entities or lists of a run that were not done: failed and blocked. */
export function refusedOf(run: Progressing): number {
  return progressOf(run).reduce((sum, { progress }) => sum + progress.failed + progress.blocked, 0);
}

/** Says whether a run came to its end before it had done what it was for. */
export function wasStopped({ status }: Pick<RunView, 'status'>): boolean {
  return status === 'cancelled' || status === 'failed';
}

type Changing = Pick<RunView, 'changes' | 'dry_run' | 'operation' | 'status' | 'published_at'>;

/** Entities that a run changed, in words: `12 new, 3 changed`. */
export function describeChanges(run: Changing): string {
  // Read or not: an import is published whole, or not at all.
  if (run.operation === 'import' && wasStopped(run)) return 'nothing was published';
  const made = describeMade(run);
  return run.dry_run && run.published_at === null ? `would be ${made}` : made;
}

/** The same, whether they are made or only planned. */
export function describeMade({ changes }: Pick<RunView, 'changes'>): string {
  const sum = (count: 'inserted' | 'updated' | 'removed') =>
    Object.values(changes).reduce((total, each) => total + each[count], 0);
  const parts = [
    [sum('inserted'), 'new'],
    [sum('updated'), 'changed'],
    [sum('removed'), 'removed'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString()} ${word}`);
  return words.length === 0 ? 'no changes' : words.join(', ');
}
