import type { UndoPlanView } from '@broadstreet-sync/contract';
import { kinds } from '@broadstreet-sync/domain';
import { useUndoPlan } from '../../queries/run-lists.ts';
import { UndoFrame, type UndoProps } from './undo-frame.tsx';

/** Shows what the undo of an export would remove, before it does. */
export function UndoDialog(props: UndoProps) {
  return (
    <UndoFrame
      {...props}
      title="Undo this export?"
      description="What it created is deleted in Broadstreet, and is local again here."
      asked={useUndoPlan(props.run.id, props.isOpen)}
      show={(plan) => <UndoLists plan={plan} />}
      leave="Keep everything"
      undo={({ removed }) => `Delete ${removed.length.toLocaleString()} in Broadstreet`}
      isEmpty={({ removed }) => removed.length === 0}
    />
  );
}

function UndoLists({ plan }: { readonly plan: UndoPlanView }) {
  return (
    <>
      <p>
        {plan.removed.length.toLocaleString()} deleted by {plan.requests.toLocaleString()} requests
        {plan.along.length === 0 ? '' : `, ${plan.along.length.toLocaleString()} deleted with them`}
        {plan.stays.length === 0 ? '' : `, ${plan.stays.length.toLocaleString()} stay`}.
      </p>
      <ul className="grid max-h-72 gap-1 overflow-y-auto rounded-md border p-3">
        {[...plan.removed, ...plan.along].map(({ kind, id, name }) => (
          <li key={`${kind} ${id}`}>
            delete {kinds[kind].singular} <bdi className="font-medium">{name ?? `#${id}`}</bdi>
          </li>
        ))}
        {plan.stays.map(({ kind, id, name, reason, remedy }) => (
          <li key={`${kind} ${id}`} className="text-warm">
            {kinds[kind].singular} <bdi className="font-medium">{name ?? `#${id}`}</bdi> stays: {reason} {remedy}
          </li>
        ))}
      </ul>
    </>
  );
}
