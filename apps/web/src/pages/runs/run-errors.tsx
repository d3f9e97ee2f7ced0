import type { RunView, TaskErrorView } from '@broadstreet-sync/contract';
import { isLocalReference, kinds } from '@broadstreet-sync/domain';
import { Link, useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { inLabels } from '../../kinds/in-labels.ts';
import { useRunErrors } from '../../queries/run-lists.ts';
import type { RunWish } from '../../queries/runs.ts';
import { type ErrorGroup, groupErrors, isSupportRead } from '../../runs/error-groups.ts';
import { adviceOf, titleOfError } from '../../runs/error-words.ts';
import { hasEnded } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { sentences } from '../../ui/sentences.ts';
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
      {groupErrors(data.items.filter((error) => !isSupportRead(error))).map((group) => (
        <Group key={group.key} run={run} group={group} />
      ))}
      <SupportReads run={run} errors={data.items.filter(isSupportRead)} />
    </>
  );
}

/** Reads that the run needed for itself; they are not counted among what it was to do. */
function SupportReads({ run, errors }: { readonly run: RunView; readonly errors: readonly TaskErrorView[] }) {
  if (errors.length === 0) return null;
  return (
    <section aria-label="Reads that failed on the way" className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="text-soft">
        On the way {errors.length === 1 ? 'one list' : `${errors.length.toLocaleString()} lists`} could not be read that
        the run needed for what is above:
      </p>
      {groupErrors(errors).map((group) => (
        <Group key={group.key} run={run} group={group} />
      ))}
    </section>
  );
}

function Group({ run, group }: { readonly run: RunView; readonly group: ErrorGroup }) {
  const count = group.errors.length;
  const [first] = group.errors;
  return (
    <Card>
      <CardHead title={`${count.toLocaleString()} × ${titleOfError(group)}`}>
        <RetryGroup run={run} group={group} />
      </CardHead>
      <div className="grid gap-2 p-4">
        <p className="break-words">
          {sentences(first === undefined ? group.message : inLabels(kinds[first.kind], group.message))}
        </p>
        <p className="text-soft">{sentences(adviceOf(group, run.operation))}</p>
        <ul className="grid gap-1 border-t pt-2">
          {group.errors.slice(0, shown).map((error) => {
            const { kind, subject, title, message } = error;
            return (
              <li key={`${kind} ${title}`} className="grid gap-x-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
                {run.operation === 'export' && !isSupportRead(error) ? (
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
                <span className="line-clamp-2 text-soft">{message === null ? '' : inLabels(kinds[kind], message)}</span>
              </li>
            );
          })}
        </ul>
        {count > shown ? (
          <p className="text-soft">… and {(count - shown).toLocaleString()} more: see the tab Tasks.</p>
        ) : null}
      </div>
    </Card>
  );
}

/** What repeats a group alone. Of local entities what they need comes along. */
function retryOf(run: RunView, errors: readonly TaskErrorView[]): RunWish {
  const ids = errors.map(({ subject }) => subject);
  if (run.operation === 'export' && ids.every(isLocalReference)) return { start: 'export', body: { local_ids: ids } };
  return { start: 'retry', id: run.id, only: errors.map(({ kind, subject }) => ({ kind, subject })) };
}

/** Repeats this group alone. */
function RetryGroup({ run, group }: { readonly run: RunView; readonly group: ErrorGroup }) {
  const navigate = useNavigate();
  const { start, isStarting } = useRunStarter();
  const errors = group.errors.filter(({ action }) => action !== 'sweep' && !isSupportRead({ action }));
  const [first] = errors;
  if (run.dry_run || !hasEnded(run) || first === undefined) return null;
  const one = run.operation === 'export' ? kinds[first.kind].singular : 'list';
  return (
    <Button
      size="small"
      disabled={isStarting}
      onClick={async () => {
        const started = await start(retryOf(run, errors));
        if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
      }}
    >
      <RotateCcw /> Retry {errors.length === 1 ? `this ${one}` : 'this group'}
    </Button>
  );
}
