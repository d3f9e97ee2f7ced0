import type { RevertPlanView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { useRevertPlan } from '../../queries/run-lists.ts';
import { UndoFrame, type UndoProps } from './undo-frame.tsx';

/** Shows what the undo of an import would bring back, before it does. */
export function RevertDialog(props: UndoProps) {
  return (
    <UndoFrame
      {...props}
      title="Undo this import?"
      description="What it changed here is as before, until Broadstreet is read again. Nothing is changed there."
      asked={useRevertPlan(props.run.id, props.isOpen)}
      show={(plan) => (
        <>
          <p>{describeReverts(plan)}</p>
          <Stays plan={plan} />
        </>
      )}
      leave="Leave it"
      undo={() => 'Undo the import'}
      isEmpty={({ changes }) => Object.keys(changes).length === 0}
    />
  );
}

/** In words: `3 to come back, 1 to be as before, 2 to go.` */
function describeReverts({ changes, stays_total }: RevertPlanView): string {
  const sum = (count: 'inserted' | 'updated' | 'removed') =>
    Object.values(changes).reduce((total, each) => total + each[count], 0);
  const parts = [
    [sum('inserted'), 'to come back'],
    [sum('updated'), 'to be as before'],
    [sum('removed'), 'to go'],
    [stays_total, 'to stay as is'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString()} ${word}`);
  return words.length === 0 ? 'There is nothing to undo.' : `${words.join(', ')}.`;
}

function Stays({ plan: { stays, stays_total } }: { readonly plan: RevertPlanView }) {
  if (stays.length === 0) return null;
  return (
    <ul className="grid max-h-72 gap-1 overflow-y-auto rounded-md border p-3">
      {stays.map(({ kind, id, name, reason }) => (
        <li key={`${kind} ${id}`} className="text-warm">
          {kinds[kind].singular} <bdi className="font-medium">{name ?? `#${id}`}</bdi> stays: {reason}
        </li>
      ))}
      {stays_total > stays.length ? (
        <li className="text-soft">… and {(stays_total - stays.length).toLocaleString()} more</li>
      ) : null}
    </ul>
  );
}
