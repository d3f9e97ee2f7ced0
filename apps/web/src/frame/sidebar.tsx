import { api } from '@broadstreet-sync/contract';
import { Link } from '@tanstack/react-router';
import { BookOpen, ExternalLink } from 'lucide-react';
import { only } from '../api/call.ts';
import { useMay } from '../queries/access.ts';
import { useOverview, useStatus } from '../queries/status.ts';
import { useNetwork } from './network.ts';
import { adminPlaces, kindPlaces, mainPlaces, type Place } from './places.ts';
import { SyncOperations } from './sync-operations.tsx';

const docsPath = only(api.getDocs).path;
const linkClass =
  'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-ink/90 hover:bg-sunk data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent';

interface PlaceLinkProps {
  readonly place: Place;
  readonly count?: number | undefined;
  readonly onGo: () => void;
}

function PlaceLink({ place: { path, title, icon: Icon }, count, onGo }: PlaceLinkProps) {
  return (
    <li>
      <Link
        to={path}
        activeOptions={{ exact: path === '/', includeSearch: false }}
        className={linkClass}
        onClick={onGo}
      >
        <Icon className="size-4 shrink-0" aria-hidden />
        <span className="flex-1">{title}</span>
        {count === undefined || count === 0 ? null : (
          <span className="rounded-full bg-calm-soft px-1.5 text-xs tabular-nums">{count.toLocaleString()}</span>
        )}
      </Link>
    </li>
  );
}

/** Where one can go, and what can be started. */
export function Sidebar({ onGo }: { readonly onGo: () => void }) {
  const { network } = useNetwork();
  const { data: overview } = useOverview(network);
  const { data: status } = useStatus();
  const isAdmin = useMay('admin');
  const mayStart = useMay('operator');
  const local = Object.values(overview?.kinds ?? {}).reduce((sum, counts) => sum + counts.local, 0);
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto p-3">
      <Link to="/" className="flex items-center gap-2 px-1.5 pt-1 font-semibold tracking-tight" onClick={onGo}>
        <img src="/icon.svg" alt="" className="size-6" /> broadstreet-sync
      </Link>
      <nav aria-label="Pages">
        <ul className="grid gap-0.5">
          {[...mainPlaces, ...(isAdmin ? adminPlaces : [])].map((place) => (
            <PlaceLink
              key={place.path}
              place={place}
              onGo={onGo}
              count={place.path === '/local-only' ? local : undefined}
            />
          ))}
        </ul>
        <h2 className="mt-4 mb-1 px-2.5 text-xs font-semibold text-soft">Entities</h2>
        <ul className="grid gap-0.5">
          {kindPlaces.map((place) => (
            <PlaceLink key={place.path} place={place} onGo={onGo} />
          ))}
        </ul>
      </nav>
      {mayStart ? <SyncOperations onGo={onGo} /> : null}
      <div className="mt-auto grid gap-0.5 border-t pt-3">
        <a className={linkClass} href={status?.links.board ?? '/admin/queues'} target="_blank" rel="noreferrer">
          <ExternalLink className="size-4" aria-hidden /> Bull Board (jobs)
        </a>
        <a className={linkClass} href={docsPath} target="_blank" rel="noreferrer">
          <BookOpen className="size-4" aria-hidden /> API
        </a>
      </div>
    </div>
  );
}
