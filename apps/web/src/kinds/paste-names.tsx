import { api } from '@broadstreet-sync/contract';
import type { EntityKind, EntityReference } from '@broadstreet-sync/domain';
import { ClipboardPaste } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { askBody, ofKind } from '../api/call.ts';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/fields.tsx';
import { messageOf } from '../ui/states.tsx';
import { isLocal } from './entity.ts';

interface PasteNamesProps {
  readonly kind: EntityKind;
  readonly within: Readonly<Record<string, string>>;
  readonly onFound: (ids: readonly EntityReference[]) => void;
}

/** Finds entities by a list of names or ids, one a line. */
export function PasteNames({ kind, within, onFound }: PasteNamesProps) {
  const [isOpen, setOpen] = useState(false);
  const [pasted, setPasted] = useState('');
  const [unknown, setUnknown] = useState<readonly string[]>([]);
  const [isLooking, setLooking] = useState(false);

  async function find(line: string): Promise<EntityReference[]> {
    const named = /^\d+$/.test(line) ? { id: line } : { name: line };
    const { items } = await askBody(ofKind(api.listProduction, kind.name), {
      query: { ...within, ...named, scope: 'id' in named ? 'production' : 'both', limit: '20' },
    });
    return items.map((entity) => (isLocal(entity) ? entity._id : Number(entity.id)));
  }

  async function look(): Promise<void> {
    setLooking(true);
    try {
      const lines = [...new Set(pasted.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
      const missing: string[] = [];
      for (const line of lines) {
        const ids = await find(line);
        if (ids.length === 0) missing.push(line);
        else onFound(ids);
      }
      setUnknown(missing);
      setPasted(missing.join('\n'));
      if (missing.length === 0) setOpen(false);
    } catch (error) {
      toast.error(messageOf(error));
    } finally {
      setLooking(false);
    }
  }

  return (
    <>
      <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <ClipboardPaste /> Paste names
      </Button>
      {isOpen ? (
        <div className="grid w-full gap-1.5">
          <TextArea
            aria-label={`Names or ids of ${kind.name}, one a line`}
            placeholder="Names or ids, one a line"
            value={pasted}
            onChange={({ target }) => setPasted(target.value)}
          />
          {unknown.length === 0 ? null : <p className="text-[13px] text-bad">Not found: {unknown.join(', ')}</p>}
          <Button
            size="small"
            className="justify-self-start"
            disabled={isLooking || pasted.trim() === ''}
            onClick={() => void look()}
          >
            Choose these
          </Button>
        </div>
      ) : null}
    </>
  );
}
