import type { OverviewView } from '@broadstreet-sync/contract';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { Card, CardHead } from '../../ui/card.tsx';

function sumOf(overview: OverviewView, count: 'local' | 'failed' | 'edited' | 'to_remove' | 'conflicts'): number {
  return Object.values(overview.kinds).reduce((sum, each) => sum + each[count], 0);
}

const waiting = [
  ['failed', 'could not be exported: look at the reasons', 'text-bad', '/local-only'],
  ['conflicts', 'edited here and in Broadstreet: decide which is kept', 'text-warm', '/conflicts'],
  ['local', 'local, to be created in Broadstreet', 'text-ink', '/local-only'],
  ['edited', 'edited here, to be updated in Broadstreet', 'text-ink', '/local-only'],
  ['to_remove', 'to be deleted in Broadstreet', 'text-ink', '/local-only'],
] as const;

/** What waits for a person, or for the next export. */
export function Todo({ overview }: { readonly overview: OverviewView }) {
  const lines = waiting.map((each) => [sumOf(overview, each[0]), ...each] as const).filter(([count]) => count > 0);
  const held = overview.last_import?.status === 'held' ? overview.last_import : null;
  if (lines.length === 0 && held === null) return null;
  return (
    <Card>
      <CardHead title="Waits for you" />
      <ul>
        {held === null ? null : (
          <li className="border-b last:border-0">
            <Link
              to="/runs/$id"
              params={{ id: held.id }}
              className="flex items-center gap-2 px-4 py-2.5 hover:bg-sunk/50"
            >
              <span className="text-warm">
                <span className="font-semibold tabular-nums">{held.held_lists.toLocaleString()}</span>{' '}
                {held.held_lists === 1 ? 'list' : 'lists'} of the last import lost so much that you are to confirm it
              </span>
              <ArrowRight className="ml-auto size-4 text-soft" aria-hidden />
            </Link>
          </li>
        )}
        {lines.map(([count, key, words, look, page]) => (
          <li key={key} className="border-b last:border-0">
            <Link to={page} className="flex items-center gap-2 px-4 py-2.5 hover:bg-sunk/50">
              <span className={look}>
                <span className="font-semibold tabular-nums">{count.toLocaleString()}</span> {words}
              </span>
              <ArrowRight className="ml-auto size-4 text-soft" aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
