import type { EntityKind } from '@broadstreet-sync/domain';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { ChangeManyDialog } from '../../kinds/change-many-dialog.tsx';
import { ChooseAllButton } from '../../kinds/choose-all-button.tsx';
import type { EntityPageQuery } from '../../queries/entities.ts';
import { Button } from '../../ui/button.tsx';

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
  if (keys.size === 0) return null;

  return (
    <div className="flex flex-wrap items-center gap-2 border-b bg-accent-soft px-4 py-2">
      <span aria-live="polite" className="font-medium tabular-nums">
        {keys.size.toLocaleString()} selected
      </span>
      <ChooseAllButton kind={kind} query={query} total={total} keys={keys} onChange={onChange} />
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
