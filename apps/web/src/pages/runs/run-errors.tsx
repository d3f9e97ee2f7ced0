import type { RunView } from '@broadstreet-sync/contract';
import { isLocalReference, kinds } from '@broadstreet-sync/domain';
import { Link, useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { useRunErrors } from '../../queries/run-lists.ts';
import { type ErrorGroup, groupErrors } from '../../runs/error-groups.ts';
import { categoryWords } from '../../runs/error-words.ts';
import { hasEnded } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Empty, Failure, Waiting } from '../../ui/states.tsx';

const shown = 20;

/** What failed or was blocked, by what went wrong. */
export function RunErrors({ run }: { readonly run: RunView }) {
  const { data, error, refetch } = useRunErrors(run.id);
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data.total === 0) {
    return (
      <Card>
        <Empty title="Nothing went wrong">{hasEnded(run) ? 'All of it was done.' : 'So far.'}</Empty>
      </Card>
    );
  }
  return (
    <>
      {data.total > data.items.length ? (
        <p className="text-soft">
          Grouped from the first {data.items.length.toLocaleString()} of {data.total.toLocaleString()}.
        </p>
      ) : null}
      {groupErrors(data.items).map((group) => (
        <Group key={group.key} run={run} group={group} />
      ))}
    </>
  );
}

function Group({ run, group }: { readonly run: RunView; readonly group: ErrorGroup }) {
  const words = group.category === null ? null : categoryWords[group.category];
  const count = group.errors.length;
  return (
    <Card>
      <CardHead title={`${count.toLocaleString()} × ${words?.title ?? 'failed'}`}>
        <RetryGroup run={run} group={group} />
      </CardHead>
      <div className="grid gap-2 p-4">
        <p className="break-words">{group.message}</p>
        <p className="text-soft">{group.remedy ?? words?.advice}</p>
        <ul className="grid gap-1 border-t pt-2">
          {group.errors.slice(0, shown).map(({ kind, subject, title, message }) => (
            <li key={`${kind} ${subject}`} className="grid gap-x-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
              {run.operation === 'export' ? (
                <Link
                  to="/$kind/$key"
                  params={{ kind, key: subject }}
                  className="line-clamp-1 text-accent hover:underline"
                >
                  <bdi>{title}</bdi>
                </Link>
              ) : (
                <bdi className="line-clamp-1">{title}</bdi>
              )}
              <span className="line-clamp-2 text-soft">{message}</span>
            </li>
          ))}
        </ul>
        {count > shown ? (
          <p className="text-soft">… and {(count - shown).toLocaleString()} more: see the tab Tasks.</p>
        ) : null}
      </div>
    </Card>
  );
}

/** An export of this group alone; what it needs comes along. */
function RetryGroup({ run, group }: { readonly run: RunView; readonly group: ErrorGroup }) {
  const navigate = useNavigate();
  const { start, isStarting } = useRunStarter();
  const ids = group.errors.map(({ subject }) => subject).filter(isLocalReference);
  if (run.operation !== 'export' || run.dry_run || !hasEnded(run) || ids.length === 0) return null;
  const [first] = group.errors;
  return (
    <Button
      size="small"
      disabled={isStarting}
      onClick={async () => {
        const started = await start({ start: 'export', body: { local_ids: ids } });
        if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
      }}
    >
      <RotateCcw /> Retry{' '}
      {ids.length === 1 && first !== undefined ? `this ${kinds[first.kind].singular}` : 'this group'}
    </Button>
  );
}
