import { type EntityKind, labelOf } from '@broadstreet-sync/domain';
import { toast } from 'sonner';
import { type ShownConflict, type Side, useResolveConflict } from '../queries/conflicts.ts';
import { Button } from '../ui/button.tsx';
import { messageOf } from '../ui/states.tsx';
import { describeValue } from './values.ts';

interface ConflictFieldsProps {
  readonly kind: EntityKind;
  readonly conflict: ShownConflict;
}

const sides = [
  ['local', 'Here', 'Keep this'],
  ['remote', 'In Broadstreet', 'Take this'],
] as const;

/** The fields of an entity that were edited here and there, each with what it can become. */
export function ConflictFields({ kind, conflict }: ConflictFieldsProps) {
  const resolve = useResolveConflict();
  const { id, revision, fields } = conflict;
  const decide = (field: string, side: Side) =>
    resolve.mutate({ id, revision, fields: { [field]: side } }, { onError: (error) => toast.error(messageOf(error)) });
  return (
    <ul>
      {Object.entries(fields).map(([field, values]) => (
        <li key={field} className="grid gap-2 border-b px-4 py-3 last:border-0">
          <p>
            <span className="font-medium">{labelOf(kind, field)}</span>{' '}
            <span className="text-soft">was {describeValue(kind, field, values.base)}</span>
          </p>
          <div className="grid gap-2 sm:grid-cols-2">
            {sides.map(([side, words, action]) => (
              <div key={side} className="flex flex-wrap items-center justify-between gap-2 rounded-md border px-3 py-2">
                <p className="min-w-0 break-words">
                  <span className="block text-[13px] text-soft">{words}</span>
                  <bdi>{describeValue(kind, field, values[side])}</bdi>
                </p>
                <Button
                  size="small"
                  disabled={resolve.isPending}
                  aria-label={`${action}: ${labelOf(kind, field)}, ${words}`}
                  onClick={() => decide(field, side)}
                >
                  {action}
                </Button>
              </div>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
