import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

export function Card({ className, ...props }: ComponentProps<'section'>) {
  return <section className={cn('rounded-lg border bg-card shadow-xs', className)} {...props} />;
}

interface CardHeadProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** The title of a card, with what can be done at its end. */
export function CardHead({ title, children }: CardHeadProps) {
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-3 gap-y-2 border-b px-4 py-2">
      <h2 className="text-[15px] font-semibold">{title}</h2>
      {children === undefined ? null : <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}
