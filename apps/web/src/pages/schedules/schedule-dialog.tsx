import { rootKind } from '@broadstreet-sync/domain';
import { toast } from 'sonner';
import { useNetwork } from '../../frame/network.ts';
import { useSaveSchedule, useSchedule } from '../../queries/schedules.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { newValues, type ScheduleValues, toWish, valuesOf } from './schedule-values.ts';

interface ScheduleDialogProps {
  /** Null: a new one. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** Makes a schedule, or changes one. */
export function ScheduleDialog({ id, onClose }: ScheduleDialogProps) {
  const { network } = useNetwork();
  const { data, error, refetch } = useSchedule(id);
  const save = useSaveSchedule();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

  async function submit(values: ScheduleValues): Promise<void> {
    const saved = await save.mutateAsync({ id, etag: data?.etag, body: toWish(values) });
    toast.success(`The schedule “${saved.name}” is saved.`);
    onClose();
  }

  const root = network === null ? null : { kind: rootKind.name, id: network };
  const initial = id === null ? newValues(root, timeZone) : data === undefined ? null : valuesOf(data.body, timeZone);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={id === null ? 'New schedule' : 'Edit schedule'}
      description="It runs at its next time, and not when it is saved."
      isWide
    >
      {error === null ? null : <Failure error={error} onRetry={() => void refetch()} />}
      {initial === null && error === null ? <Waiting /> : null}
      {initial === null ? null : (
        <ScheduleForm
          initial={initial}
          submitLabel={id === null ? 'Make the schedule' : 'Save'}
          onSubmit={submit}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}
