import { useNavigate } from '@tanstack/react-router';
import { ArrowDownToLine, ArrowUpFromLine, Boxes, ChevronDown, Clock, Eye, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { useLiveRuns } from '../queries/live-runs.ts';
import type { ImportWish } from '../queries/runs.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { FreshImportDialog } from './fresh-import-dialog.tsx';
import { useNetwork } from './network.ts';
import { useRunStarter } from './run-starter.ts';

/** What starts imports and exports; while one is under way, the way to it. */
export function SyncOperations({ onGo }: { readonly onGo: () => void }) {
  const navigate = useNavigate();
  const { running } = useLiveRuns();
  const { start, isStarting } = useRunStarter();
  const [isAskingFresh, setAskingFresh] = useState(false);
  const { network } = useNetwork();
  const ofAll = network === null ? '' : ' (all networks)';
  const runningImport = running.find(({ operation }) => operation === 'import');

  function view(id: string): void {
    onGo();
    void navigate({ to: '/runs/$id', params: { id } });
  }
  async function startImport(body: ImportWish = {}): Promise<void> {
    const run = await start({ start: 'import', body });
    // What is only shown is wanted to be seen.
    if (run !== null && body.dry_run === true) view(run.id);
  }

  return (
    <section aria-label="Sync operations" className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <h2 className="px-2.5 text-xs font-semibold text-soft">
        Sync operations{network === null ? '' : ', of the chosen network'}
      </h2>
      {runningImport === undefined ? (
        <div className="flex">
          <Button
            className="min-w-0 flex-1 justify-start rounded-r-none px-2 text-[13px]"
            disabled={isStarting}
            onClick={() => void startImport()}
          >
            <ArrowDownToLine aria-hidden /> Import from Broadstreet
          </Button>
          <Menu
            trigger={
              <Button size="icon" aria-label="More imports" className="w-8 rounded-l-none border-l-0">
                <ChevronDown />
              </Button>
            }
          >
            <MenuItem onSelect={() => void startImport({ dry_run: true })}>
              <Eye aria-hidden /> Preview: only show what would change
            </MenuItem>
            <MenuItem onSelect={() => void startImport({ mode: 'due' })}>
              <Clock aria-hidden /> Only what is due: lists not read for a day{ofAll}
            </MenuItem>
            <MenuItem onSelect={() => setAskingFresh(true)}>
              <Sparkles aria-hidden /> Fresh …: as if nothing were here{ofAll}
            </MenuItem>
          </Menu>
          <FreshImportDialog
            isOpen={isAskingFresh}
            onClose={() => setAskingFresh(false)}
            onStart={(body) => void startImport(body)}
          />
        </div>
      ) : (
        <Button className="justify-start px-2 text-[13px]" onClick={() => view(runningImport.id)}>
          <ArrowDownToLine aria-hidden /> View running import
        </Button>
      )}
      <Button
        className="justify-start px-2 text-[13px]"
        disabled={isStarting}
        onClick={async () => {
          const run = await start({ start: 'export', body: {} });
          if (run === null) return;
          onGo();
          void navigate({ to: '/local-only', search: { run: run.id } });
        }}
      >
        <ArrowUpFromLine aria-hidden /> Export local entities
      </Button>
      <Button
        className="justify-start px-2 text-[13px]"
        onClick={() => {
          onGo();
          void navigate({ to: '/local-only' });
        }}
      >
        <Boxes aria-hidden /> Manage local entities
      </Button>
    </section>
  );
}
