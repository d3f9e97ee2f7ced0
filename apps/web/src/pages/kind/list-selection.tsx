import type { EntityKind } from '@broadstreet-sync/domain';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { ChangeManyDialog } from '../../kinds/change-many-dialog.tsx';
import type { EntityPageQuery } from '../../queries/entities.ts';
import { mostChosen, readKeys } from '../../queries/many.ts';
import { Button } from '../../ui/button.tsx';
import { messageOf } from '../../ui/states.tsx';

interface ListSelectionProps {
  readonly kind: EntityKind;
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  /** What the list shows a page of. */
  readonly query: EntityPageQuery;
  readonly total: number;
}

/** What can be done with what was chosen in a list, and the choice of all that fit. */
export function ListSelection({ kind, keys, onChange, query, total }: ListSelectionProps) {
  const [isEditing, setEditing] = useState(false);
  const [isReading, setReading] = useState(false);
  if (keys.size === 0) return null;

  async function chooseAll(): Promise<void> {
    setReading(true);
    try {
      onChange(new Set(await readKeys(kind.name, query)));
    } catch (error) {
      toast.error(messageOf(error));
    }
    setReading(false);
  }

  return (
    <div className="flex flex-wrap items-center gap-2 border-b bg-accent-soft px-4 py-2">
      <span aria-live="polite" className="font-medium tabular-nums">
        {keys.size.toLocaleString()} selected
      </span>
      {keys.size < Math.min(total, mostChosen) ? (
        <Button size="small" disabled={isReading} onClick={() => void chooseAll()}>
          Select all {total.toLocaleString()} that fit
          {total > mostChosen ? ` (at most ${mostChosen.toLocaleString()})` : ''}
        </Button>
      ) : null}
      <Button size="small" onClick={() => setEditing(true)}>
        <Pencil /> Edit selected
      </Button>
      <Button size="small" look="quiet" onClick={() => onChange(new Set())}>
        Select none
      </Button>
      <ChangeManyDialog kind={kind} keys={[...keys]} isOpen={isEditing} onClose={() => setEditing(false)} />
    </div>
  );
}
