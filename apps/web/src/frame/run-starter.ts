import type { RunView } from '@broadstreet-sync/contract';
import { parentField, rootKind } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { toast } from 'sonner';
import { type RunWish, runInTheWay, useStartRun } from '../queries/runs.ts';
import { useOverview } from '../queries/status.ts';
import { messageOf } from '../ui/states.tsx';
import { useNetwork } from './network.ts';

interface Presets {
  readonly network: number | null;
  /** Edits that are not sent yet. */
  readonly edits: number;
}

/**
 * Presets a run with the network that was chosen, where a choice of entities or a mode of its own does not say enough by
 * itself. An import overwrites no edit that is not sent yet.
 */
function preset(wish: RunWish, { network, edits }: Presets): RunWish {
  const filters = network === null ? {} : { filters: { [parentField(rootKind.name)]: network } };
  if (wish.start === 'import') {
    const { mode } = wish.body;
    const conflicts = edits > 0 && mode !== 'fresh' ? { conflicts: 'manual' as const } : {};
    return { ...wish, body: { ...(mode === undefined ? filters : {}), ...conflicts, ...wish.body } };
  }
  if (wish.start !== 'export' || wish.body.local_ids !== undefined || wish.body.plan !== undefined) return wish;
  return { ...wish, body: { ...filters, ...wish.body } };
}

/** Starts runs, says where one is refused, and shows the way to one that is in the way. */
export function useRunStarter() {
  const { mutateAsync, isPending } = useStartRun();
  const navigate = useNavigate();
  const { network } = useNetwork();
  const { data: overview } = useOverview(null);
  const edits = Object.values(overview?.kinds ?? {}).reduce((sum, { edited }) => sum + edited, 0);

  return {
    isStarting: isPending,
    /** Null where it was refused, which has been said. */
    async start(wish: RunWish): Promise<RunView | null> {
      try {
        return await mutateAsync(preset(wish, { network, edits }));
      } catch (error) {
        const other = runInTheWay(error);
        const toIt = () => void navigate({ to: '/runs/$id', params: { id: other?.id ?? '' } });
        toast.error(messageOf(error), other === null ? {} : { action: { label: 'View it', onClick: toIt } });
        return null;
      }
    },
  };
}
