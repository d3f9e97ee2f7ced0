import type { ReactNode } from 'react';
import { useDocumentTitle } from './use-document-title.ts';

interface PageProps {
  /** What the title of the window says. */
  readonly name: string;
  /** Its heading; the name where it is not given. */
  readonly title?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page: its title, what can be done on it, its content. */
export function Page({ name, title = name, lead, actions, children }: PageProps) {
  useDocumentTitle(name);
  return (
    <div className="mx-auto grid w-full max-w-[90rem] grid-cols-[minmax(0,1fr)] gap-4 px-4 py-5 lg:px-7">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {lead === undefined ? null : <p className="mt-0.5 max-w-3xl text-soft">{lead}</p>}
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
