import { CircleAlert, Inbox } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProblemError } from '../api/problem.ts';
import { Button } from './button.tsx';

interface EmptyProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing to show: says why, and what to do. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-12 text-center">
      <Inbox className="size-7 text-soft" aria-hidden />
      <p className="font-semibold">{title}</p>
      {children === undefined ? null : <div className="max-w-prose text-soft">{children}</div>}
      {action}
    </div>
  );
}

/** What went wrong in words for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Something could not be read: says what, and offers to try again. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const isAway = error instanceof ProblemError && error.code === 'offline';
  return (
    <div role="alert" className="grid justify-items-center gap-2 px-6 py-10 text-center">
      <CircleAlert className="size-7 text-bad" aria-hidden />
      <p className="font-semibold">{isAway ? 'No connection to the API' : 'This could not be read'}</p>
      <p className="max-w-prose text-soft">{messageOf(error)}</p>
      {onRetry === undefined ? null : <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Why a form was refused; nothing while it was not. */
export function FormFailure({ error }: { readonly error: unknown }) {
  if (error === null) return null;
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {messageOf(error)}
    </p>
  );
}

/** Stands where something is about to come. */
export function Waiting({ lines = 5 }: { readonly lines?: number }) {
  return (
    <div role="status" className="grid gap-2.5 p-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className="h-5 animate-pulse rounded bg-sunk" style={{ width: `${92 - ((at * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
