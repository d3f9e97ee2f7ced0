import type { RunView } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { Dialog, Tooltip } from 'radix-ui';
import { lazy, Suspense, useCallback, useState } from 'react';
import { Toaster, toast } from 'sonner';
import { useLiveConnection } from '../queries/live-runs.ts';
import { describeChanges, refusedOf, runTitle, statusLook } from '../runs/words.ts';
import { usePaletteKey } from './palette-key.ts';
import { Sidebar } from './sidebar.tsx';
import { chosenTheme } from './theme.ts';
import { TopBar } from './top-bar.tsx';

// No part of the first page: most visits need neither.
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const NewEntityDialog = lazy(async () => ({ default: (await import('../kinds/entity-dialog.tsx')).NewEntityDialog }));

/** What surrounds every page. */
export function Frame() {
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [newKind, setNewKind] = useState<KindName | null>(null);
  const openPalette = useCallback(() => setPaletteOpen(true), []);
  usePaletteKey(openPalette);
  useLiveConnection(useRunEndToast());
  return (
    <Tooltip.Provider delayDuration={300}>
      <a href="#page" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-card focus:p-3">
        Skip to the page
      </a>
      <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[16.5rem_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh border-r bg-card lg:block">
          <Sidebar onGo={() => {}} />
        </aside>
        <div className="flex min-w-0 flex-col">
          <TopBar onMenu={() => setMenuOpen(true)} onPalette={openPalette} />
          <main id="page" tabIndex={-1} className="outline-none">
            <Outlet />
          </main>
        </div>
      </div>
      <Dialog.Root open={isMenuOpen} onOpenChange={setMenuOpen}>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 left-0 z-50 w-64 border-r bg-card shadow-xl"
          >
            <Dialog.Title className="sr-only">Menu</Dialog.Title>
            <Sidebar onGo={() => setMenuOpen(false)} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Suspense>
        {isPaletteOpen ? <Palette isOpen onClose={() => setPaletteOpen(false)} onNew={setNewKind} /> : null}
        {newKind === null ? null : <NewEntityDialog kind={newKind} onClose={() => setNewKind(null)} />}
      </Suspense>
      <Toaster position="bottom-right" theme={chosenTheme()} closeButton toastOptions={{ className: '!font-sans' }} />
    </Tooltip.Provider>
  );
}

/** The end of a run is announced wherever one is. */
function useRunEndToast(): (run: RunView) => void {
  const navigate = useNavigate();
  return useCallback(
    (run) => {
      // Who looks at it sees it end.
      if (location.pathname === `/runs/${run.id}` || location.search.includes(run.id)) return;
      const { text, tone } = statusLook(run);
      const refused = refusedOf(run);
      const say =
        tone === 'good' ? toast.success : tone === 'calm' ? toast.info : tone === 'warm' ? toast.warning : toast.error;
      say(`${runTitle(run)} ${text}`, {
        description: `${describeChanges(run)}${refused > 0 ? `, ${refused.toLocaleString()} ${run.dry_run ? 'cannot be done' : 'not done'}` : ''}`,
        action: { label: 'View it', onClick: () => void navigate({ to: '/runs/$id', params: { id: run.id } }) },
      });
    },
    [navigate],
  );
}
