import type { ScheduleView } from '@broadstreet-sync/contract';
import { useNavigate } from '@tanstack/react-router';
import { Activity, EllipsisVertical, Pause, Pencil, Play, Trash2, Zap } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { useRunStarter } from '../../frame/run-starter.ts';
import { type ScheduleAct, useScheduleAct } from '../../queries/schedules.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { messageOf } from '../../ui/states.tsx';

interface ScheduleActionsProps {
  readonly schedule: ScheduleView;
  readonly onEdit: () => void;
}

/** What can be done with a schedule. */
export function ScheduleActions({ schedule, onEdit }: ScheduleActionsProps) {
  const { id, name, enabled } = schedule;
  const navigate = useNavigate();
  const { start, isStarting } = useRunStarter();
  const { mutateAsync, isPending } = useScheduleAct();
  const [isDeleting, setDeleting] = useState(false);

  async function act(wish: ScheduleAct, done: string): Promise<void> {
    try {
      await mutateAsync({ act: wish, id });
      toast.success(done);
    } catch (error) {
      toast.error(messageOf(error));
    }
  }
  async function runNow(): Promise<void> {
    const run = await start({ start: 'schedule', id });
    if (run === null) return;
    const view = () => void navigate({ to: '/runs/$id', params: { id: run.id } });
    toast.success(`“${name}” runs.`, { action: { label: 'View it', onClick: view } });
  }

  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={`Actions for ${name}`}>
            <EllipsisVertical />
          </Button>
        }
      >
        <MenuItem isDisabled={isStarting} onSelect={() => void runNow()}>
          <Zap aria-hidden /> Run now
        </MenuItem>
        {enabled ? (
          <MenuItem
            isDisabled={isPending}
            onSelect={() => void act('pause', `“${name}” is paused: it does not run until it is resumed.`)}
          >
            <Pause aria-hidden /> Pause
          </MenuItem>
        ) : (
          <MenuItem
            isDisabled={isPending}
            onSelect={() => void act('resume', `“${name}” runs again at its next time.`)}
          >
            <Play aria-hidden /> Resume
          </MenuItem>
        )}
        <MenuItem onSelect={() => void navigate({ to: '/runs', search: { schedule: id } })}>
          <Activity aria-hidden /> Its runs
        </MenuItem>
        <MenuItem onSelect={onEdit}>
          <Pencil aria-hidden /> Edit
        </MenuItem>
        <MenuItem onSelect={() => setDeleting(true)}>
          <Trash2 aria-hidden /> Delete …
        </MenuItem>
      </Menu>
      <Dialog
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={`Delete the schedule “${name}”?`}
        description="Its runs stay, and one that is under way goes on. It could be paused instead."
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setDeleting(false)}>Keep it</Button>
          <Button
            look="danger"
            disabled={isPending}
            onClick={async () => {
              await act('delete', `“${name}” is deleted.`);
              setDeleting(false);
            }}
          >
            Delete it
          </Button>
        </div>
      </Dialog>
    </>
  );
}
