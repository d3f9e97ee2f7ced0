import type { ScheduleView } from '@broadstreet-sync/contract';
import { rootKind } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { toast } from 'sonner';
import { useNetwork } from '../../frame/network.ts';
import { useSaveSchedule, useSchedule } from '../../queries/schedules.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { newValues, toWish, valuesOf } from './schedule-values.ts';

interface ScheduleDialogProps {
  /** Null: a new one. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** Makes a schedule, or changes one. */
export function ScheduleDialog({ id, onClose }: ScheduleDialogProps) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={id === null ? 'New schedule' : 'Edit schedule'}
      description="It runs at its next time, and not when it is saved."
      isWide
    >
      {id === null ? <Editor id={null} seen={null} onClose={onClose} /> : <Loaded id={id} onClose={onClose} />}
    </Dialog>
  );
}

function Loaded({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data, error, refetch } = useSchedule(id);
  if (data !== undefined) return <Editor id={id} seen={data} onClose={onClose} />;
  return error === null ? <Waiting /> : <Failure error={error} onRetry={() => void refetch()} />;
}

interface EditorProps extends ScheduleDialogProps {
  /** The schedule as it is now; null: a new one. */
  readonly seen: { readonly body: ScheduleView; readonly etag: string | undefined } | null;
}

function Editor({ id, seen, onClose }: EditorProps) {
  // Kept: a change is made of what was seen when it began, and not of what somebody else has made of that since.
  const [begun] = useState(seen);
  const { network } = useNetwork();
  const save = useSaveSchedule();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const root = network === null ? null : { kind: rootKind.name, id: network };
  return (
    <ScheduleForm
      initial={begun === null ? newValues(root, timeZone) : valuesOf(begun.body, timeZone)}
      submitLabel={begun === null ? 'Make the schedule' : 'Save'}
      onSubmit={async (values) => {
        const saved = await save.mutateAsync({ id, etag: begun?.etag, body: toWish(values) });
        toast.success(`The schedule “${saved.name}” is saved.`);
        onClose();
      }}
      onCancel={onClose}
    />
  );
}
