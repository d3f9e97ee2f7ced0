import type { RunView } from '@broadstreet-sync/contract';
import { useNavigate } from '@tanstack/react-router';
import { Check, Download, ExternalLink, RotateCcw, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useRunStarter } from '../../frame/run-starter.ts';
import { refusedOf } from '../../runs/words.ts';
import { Button } from '../../ui/button.tsx';
import { downloadCsv } from '../../ui/download-csv.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { RevertDialog } from './revert-dialog.tsx';
import { UndoDialog } from './undo-dialog.tsx';

/** What can be done with a run. */
export function RunActions({ run }: { readonly run: RunView }) {
  const navigate = useNavigate();
  const { start, isStarting } = useRunStarter();
  const [isUndoing, setUndoing] = useState(false);
  const [isPublishing, setPublishing] = useState(false);
  const refused = refusedOf(run);
  return (
    <>
      {run.links.retry === null ? null : (
        <Button
          look="main"
          disabled={isStarting}
          onClick={async () => {
            const started = await start({ start: 'retry', id: run.id });
            if (started !== null) void navigate({ to: '/runs/$id', params: { id: started.id } });
          }}
        >
          <RotateCcw />{' '}
          {run.dry_run
            ? 'Preview what failed again'
            : refused === 0
              ? 'Retry'
              : `Retry ${refused.toLocaleString()} that failed`}
        </Button>
      )}
      {run.links.publish === null ? null : (
        <Button look="main" onClick={() => setPublishing(true)}>
          <Check /> Publish this
        </Button>
      )}
      {run.links.undo === null && run.links.revert === null ? null : (
        <Button look="danger" onClick={() => setUndoing(true)}>
          <Undo2 /> Undo
        </Button>
      )}
      <Downloads run={run} />
      <Button asChild>
        <a href={run.links.board} target="_blank" rel="noreferrer">
          <ExternalLink /> Jobs in Bull Board
        </a>
      </Button>
      <PublishDialog run={run} isOpen={isPublishing} onClose={() => setPublishing(false)} />
      <UndoDialog run={run} isOpen={isUndoing && run.links.undo !== null} onClose={() => setUndoing(false)} />
      <RevertDialog run={run} isOpen={isUndoing && run.links.revert !== null} onClose={() => setUndoing(false)} />
    </>
  );
}

/** Lists as files for a spreadsheet. */
function Downloads({ run }: { readonly run: RunView }) {
  const lists = (['errors', 'tasks', 'changes', 'results', 'plan'] as const).flatMap((name) => {
    const address = run.links[name];
    return address === null ? [] : [{ name, address }];
  });
  return (
    <Menu
      trigger={
        <Button>
          <Download /> CSV
        </Button>
      }
    >
      {lists.map(({ name, address }) => (
        <MenuItem key={name} onSelect={() => void downloadCsv(address, `run-${run.id}-${name}.csv`)}>
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}
