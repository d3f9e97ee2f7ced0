import type { ConflictView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { toast } from 'sonner';
import { useNetwork } from '../../frame/network.ts';
import { ConflictFields } from '../../kinds/conflict-fields.tsx';
import { conflictPageSize, type Side, useConflicts, useResolveConflicts } from '../../queries/conflicts.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Empty, Failure, messageOf, Waiting } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

/** What was edited here and there in the same field, and waits for a person. */
export function ConflictsPage() {
  const [page, setPage] = useState(1);
  const { network } = useNetwork();
  const { data, error, refetch } = useConflicts(page, network);
  return (
    <Page
      name="Conflicts"
      lead="Fields that were edited here and changed in Broadstreet too. What is here shows meanwhile, and is not exported until you decide."
      actions={data === undefined || data.total === 0 ? null : <DecideAll total={data.total} network={network} />}
    >
      {error !== null ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {error === null && data === undefined ? <Waiting /> : null}
      {data?.total === 0 ? (
        <Card>
          <Empty title="No conflicts">Nothing waits for you to decide.</Empty>
        </Card>
      ) : null}
      {data?.items.map((conflict) => (
        <ConflictCard key={conflict.id} conflict={conflict} />
      ))}
      {data === undefined || data.total === 0 ? null : (
        <Card>
          <Pager list={data} page={page} pageSize={conflictPageSize} onPage={setPage} />
        </Card>
      )}
    </Page>
  );
}

function ConflictCard({ conflict }: { readonly conflict: ConflictView }) {
  const { kind, entity_id, name, run_id, created_at } = conflict;
  return (
    <Card>
      <CardHead
        title={
          <>
            <span className="font-normal text-soft">{kinds[kind].singular} </span>
            <Link to="/$kind/$key" params={{ kind, key: String(entity_id) }} className="hover:underline">
              <bdi>{name ?? `#${entity_id}`}</bdi>
            </Link>
          </>
        }
      >
        <Link to="/runs/$id" params={{ id: run_id }} className="text-[13px] text-soft hover:underline">
          found <Time at={created_at} />
        </Link>
      </CardHead>
      <ConflictFields kind={kinds[kind]} conflict={conflict} />
    </Card>
  );
}

const wholesale = [
  ['local', 'Keep all from here', 'The next export sends what was edited here, over what was changed in Broadstreet.'],
  ['remote', 'Take all from Broadstreet', 'What was edited here in these fields is dropped.'],
] as const;

/** One side for all that is open, once a person has said so twice. */
function DecideAll({ total, network }: { readonly total: number; readonly network: number | null }) {
  const resolve = useResolveConflicts(network);
  const [asked, setAsked] = useState<Side | null>(null);
  return wholesale.map(([side, words, means]) => (
    <div key={side}>
      <Button onClick={() => setAsked(side)}>{words}</Button>
      <Dialog
        isOpen={asked === side}
        onClose={() => setAsked(null)}
        title={`${words}?`}
        description={`${means} ${total.toLocaleString()} in conflict${network === null ? '' : ', all of the chosen network'}.`}
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setAsked(null)}>Decide one by one</Button>
          <Button
            look="danger"
            disabled={resolve.isPending}
            onClick={() =>
              resolve.mutate(side, {
                onError: (error) => toast.error(messageOf(error)),
                onSettled: () => setAsked(null),
              })
            }
          >
            {words}
          </Button>
        </div>
      </Dialog>
    </div>
  ));
}
