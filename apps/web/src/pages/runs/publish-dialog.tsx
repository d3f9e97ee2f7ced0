import type { RunView } from '@broadstreet-sync/contract';
import { useRunStarter } from '../../frame/run-starter.ts';
import { describeMade } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface PublishDialogProps {
  readonly run: RunView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Says what the publication of a preview changes here, before it does. */
export function PublishDialog({ run, isOpen, onClose }: PublishDialogProps) {
  const { start, isStarting } = useRunStarter();
  const { held_lists: held } = run;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Publish what this preview found?"
      description="Exactly that is made here, without reading anything again. Where something has changed here since, it is refused."
    >
      <div className="grid gap-4">
        <p>
          Here: {describeMade(run)}. Nothing is changed in Broadstreet.
          {held === 0
            ? ''
            : ` ${held.toLocaleString()} lists that lost too much are held, and can be confirmed after that.`}
        </p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="main"
            disabled={isStarting}
            onClick={async () => {
              await start({ start: 'publish', id: run.id });
              onClose();
            }}
          >
            Publish
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
