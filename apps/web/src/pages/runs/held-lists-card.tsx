import type { HoldView, RunView } from '@broadstreet-sync/contract';
import { kinds, titleOf } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { EntityLink } from '../../kinds/entity-link.tsx';
import { type Reference, useNames } from '../../queries/entities.ts';
import { useHeldLists } from '../../queries/run-lists.ts';
import { describeLosses, withNeeds } from '../../runs/held-lists.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

/** As many as are shown, and chosen among. */
const mostShown = 500;

/** The entity that a list belongs to; none for a list of all. */
function ownerOf({ kind, key }: HoldView): Reference[] {
  const { scope } = kinds[kind].list;
  return scope === 'account' ? [] : [{ kind: scope, id: Number(key) }];
}

function ListName({ hold, names }: { readonly hold: HoldView; readonly names: ReadonlyMap<string, string | null> }) {
  const [owner] = ownerOf(hold);
  if (owner === undefined) return <span className="font-medium">{titleOf(kinds[hold.kind])} of the account</span>;
  return (
    <>
      <span className="text-soft">
        {titleOf(kinds[hold.kind])} of {kinds[owner.kind].singular}
      </span>{' '}
      <span className="font-medium">
        <EntityLink reference={owner} names={names} />
      </span>
    </>
  );
}

const columnsWith = (names: ReadonlyMap<string, string | null>): Column<HoldView>[] => [
  { key: 'list', title: 'List', cell: (hold) => <ListName hold={hold} names={names} /> },
  {
    key: 'why',
    title: 'Why it is not believed',
    cell: ({ reasons }) => (
      <ul>
        {reasons.map(({ code, message }) => (
          <li key={`${code} ${message}`}>{message}</li>
        ))}
      </ul>
    ),
  },
  {
    key: 'before',
    title: 'Had',
    isNumber: true,
    isExtra: true,
    cell: ({ rows_before }) => rows_before.toLocaleString(),
  },
  { key: 'now', title: 'Has', isNumber: true, isExtra: true, cell: ({ rows_now }) => rows_now.toLocaleString() },
  { key: 'losses', title: 'Would be removed here', cell: (hold) => describeLosses([hold]) ?? 'nothing' },
];

/** The lists that an import has read and not published, since they lost so much; and the way to have it done. */
export function HeldListsCard({ run }: { readonly run: RunView }) {
  const { data, error, refetch } = useHeldLists(run.id, { limit: mostShown });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  const holds = data?.items ?? [];
  const names = useNames(holds.flatMap(ownerOf));
  const count = holds.filter(({ scope }) => chosen.has(scope)).length;
  return (
    <Card className="border-warm/50">
      <CardHead title={`Held until you confirm it (${run.held_lists.toLocaleString()})`}>
        <Button look="danger" disabled={count === 0} onClick={() => setAsking(true)}>
          Confirm {count === 0 ? 'what is selected' : count.toLocaleString()} …
        </Button>
      </CardHead>
      <p className="border-b px-4 py-2.5 text-soft">
        These lists lost so much that the import left what is here as it was. Look in Broadstreet: if it is truly gone
        there, confirm it. If not, do nothing; the next import reads them again.
        {run.kept_until === null ? null : (
          <>
            {' '}
            What it read is forgotten <Time at={run.kept_until} />.
          </>
        )}
      </p>
      {error === null ? null : <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null ? <Waiting lines={2} /> : null}
      {data === undefined ? null : (
        <DataTable
          label="Held lists"
          columns={columnsWith(names)}
          rows={holds}
          keyOf={({ scope }) => scope}
          nameOf={({ title }) => title}
          selection={{ keys: chosen, change: (scopes) => setChosen(withNeeds(holds, scopes)) }}
        />
      )}
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Confirm ${count.toLocaleString()} of the held lists?`}
      >
        <Confirmation
          run={run}
          holds={holds.filter(({ scope }) => chosen.has(scope))}
          onClose={() => {
            setAsking(false);
            setChosen(new Set());
          }}
        />
      </Dialog>
    </Card>
  );
}

interface ConfirmationProps {
  readonly run: RunView;
  readonly holds: readonly HoldView[];
  readonly onClose: () => void;
}

function Confirmation({ run, holds, onClose }: ConfirmationProps) {
  const { start, isStarting } = useRunStarter();
  const losses = describeLosses(holds);
  return (
    <div className="grid gap-4">
      <p>
        {losses === null ? 'Nothing is removed here' : `Removed here: ${losses}`}, with their edits that are not sent
        yet. Nothing is changed in Broadstreet. It can be undone on this page as long as nothing has changed since.
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it as it is</Button>
        <Button
          look="danger"
          disabled={isStarting || holds.length === 0}
          onClick={async () => {
            await start({ start: 'confirm', id: run.id, scopes: holds.map(({ scope }) => scope) });
            onClose();
          }}
        >
          {losses === null ? 'Confirm' : `Remove ${losses}`}
        </Button>
      </div>
    </div>
  );
}
