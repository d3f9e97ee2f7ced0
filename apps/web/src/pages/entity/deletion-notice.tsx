import type { ProductionEntity } from '@broadstreet-sync/contract';
import { type EntityKind, entityKey } from '@broadstreet-sync/domain';
import { toast } from 'sonner';
import { useKeepRemote } from '../../queries/entities.ts';
import { Button } from '../../ui/button.tsx';
import { messageOf } from '../../ui/states.tsx';

interface DeletionNoticeProps {
  readonly kind: EntityKind;
  readonly entity: ProductionEntity;
}

/** Says that the next export deletes it, and takes that back. */
export function DeletionNotice({ kind, entity }: DeletionNoticeProps) {
  const keep = useKeepRemote(kind.name);
  const { deletion } = entity.sync;
  if (deletion === undefined) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-bad-soft px-4 py-3 text-bad">
      <p>
        {deletion.sent
          ? 'Its deletion has been sent to Broadstreet.'
          : 'The next export deletes it in Broadstreet, with what hangs on it.'}
      </p>
      {deletion.sent || deletion.part_of !== null ? null : (
        <Button
          disabled={keep.isPending}
          onClick={() => keep.mutate(entityKey(kind, entity), { onError: (error) => toast.error(messageOf(error)) })}
        >
          Keep it
        </Button>
      )}
    </div>
  );
}
