import type { EntityKind } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { toast } from 'sonner';
import type { EntityPageQuery } from '../queries/entities.ts';
import { mostChosen, readKeys } from '../queries/many.ts';
import { Button } from '../ui/button.tsx';
import { messageOf } from '../ui/states.tsx';

interface ChooseAllProps {
  readonly kind: EntityKind;
  /** What the list shows a page of. */
  readonly query: EntityPageQuery;
  readonly total: number;
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
}

/** Chooses all that fit a list's query, on all of its pages; nothing where they are chosen already. */
export function ChooseAllButton({ kind, query, total, keys, onChange }: ChooseAllProps) {
  const [isReading, setReading] = useState(false);
  if (keys.size >= Math.min(total, mostChosen)) return null;

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
    <Button size="small" disabled={isReading} onClick={() => void chooseAll()}>
      Select all {total.toLocaleString()} that fit
      {total > mostChosen ? ` (at most ${mostChosen.toLocaleString()})` : ''}
    </Button>
  );
}
