import { useNavigate } from '@tanstack/react-router';
import { ArrowDownToLine, ArrowUpFromLine, Boxes, ChevronDown, Eye } from 'lucide-react';
import { useLiveRuns } from '../queries/live-runs.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { useRunStarter } from './run-starter.ts';

/** What starts imports and exports; while one is under way, the way to it. */
export function SyncOperations({ onGo }: { readonly onGo: () => void }) {
  const navigate = useNavigate();
  const { running } = useLiveRuns();
  const { start, isStarting } = useRunStarter();
  const runningImport = running.find(({ operation }) => operation === 'import');

  function view(id: string): void {
    onGo();
    void navigate({ to: '/runs/$id', params: { id } });
  }
  async function startImport(isPreview: boolean): Promise<void> {
    const run = await start({ start: 'import', body: isPreview ? { dry_run: true } : {} });
    if (run !== null && isPreview) view(run.id);
  }

  return (
    <section aria-label="Sync operations" className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <h2 className="px-2.5 text-xs font-semibold text-soft">Sync operations</h2>
      {runningImport === undefined ? (
        <div className="flex">
          <Button
            className="min-w-0 flex-1 justify-start rounded-r-none px-2 text-[13px]"
            disabled={isStarting}
            onClick={() => void startImport(false)}
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
            <MenuItem onSelect={() => void startImport(true)}>
              <Eye aria-hidden /> Preview: only show what would change
            </MenuItem>
          </Menu>
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
