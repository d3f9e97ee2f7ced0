import type { ImportWish } from '../queries/runs.ts';
import { useOverview } from '../queries/status.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface FreshImportProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onStart: (body: ImportWish) => void;
}

/** Says what an import drops that takes nothing over from here, before it is started. */
export function FreshImportDialog({ isOpen, onClose, onStart }: FreshImportProps) {
  const { data: overview } = useOverview(null);
  const sum = (count: 'edited' | 'conflicts' | 'to_remove') =>
    Object.values(overview?.kinds ?? {}).reduce((total, each) => total + each[count], 0);
  const parts = [
    [sum('edited'), 'with edits that are not sent yet'],
    [sum('conflicts'), 'in conflict'],
    [sum('to_remove'), 'to be deleted with the next export'],
  ] as const;
  const dropped = parts.filter(([count]) => count > 0).map(([count, words]) => `${count.toLocaleString()} ${words}`);

  function begin(body: ImportWish): void {
    onStart({ mode: 'fresh', ...body });
    onClose();
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Import everything fresh?"
      description="All of the account is read as if nothing of it were here. Readers see the old state until the new one is whole."
    >
      <div className="grid gap-4">
        <p>
          {dropped.length === 0
            ? 'No edit, conflict or wish to delete is here that would be dropped.'
            : `Dropped here: what was wished for entities ${dropped.join(', ')}.`}{' '}
          Also values that Broadstreet’s lists do not show, such as notes of campaigns. Local entities stay as they are.
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button onClick={() => begin({ dry_run: true })}>Preview it first</Button>
          <Button look="danger" onClick={() => begin({})}>
            Import fresh
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
