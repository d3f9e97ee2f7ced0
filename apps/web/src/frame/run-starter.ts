import type { RunView } from '@broadstreet-sync/contract';
import { parentField, rootKind } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { toast } from 'sonner';
import { type RunWish, runInTheWay, useStartRun } from '../queries/runs.ts';
import { messageOf } from '../ui/states.tsx';
import { useNetwork } from './network.ts';

/** Presets an export with the network that was chosen; a choice of entities says enough by itself. */
function preset(wish: RunWish, network: number | null): RunWish {
  if (
    wish.start !== 'export' ||
    network === null ||
    wish.body.local_ids !== undefined ||
    wish.body.plan !== undefined
  ) {
    return wish;
  }
  return { ...wish, body: { ...wish.body, filters: { [parentField(rootKind.name)]: network } } };
}

/** Starts runs, says where one is refused, and shows the way to one that is in the way. */
export function useRunStarter() {
  const { mutateAsync, isPending } = useStartRun();
  const navigate = useNavigate();
  const { network } = useNetwork();

  return {
    isStarting: isPending,
    /** Null where it was refused, which has been said. */
    async start(wish: RunWish): Promise<RunView | null> {
      try {
        return await mutateAsync(preset(wish, network));
      } catch (error) {
        const other = runInTheWay(error);
        const toIt = () => void navigate({ to: '/runs/$id', params: { id: other?.id ?? '' } });
        toast.error(messageOf(error), other === null ? {} : { action: { label: 'View it', onClick: toIt } });
        return null;
      }
    },
  };
}
