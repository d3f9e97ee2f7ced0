import { kindNames, kinds } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { type LucideIcon, Play, Plus } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import { keyOf, nameOf, originOf } from '../kinds/entity.ts';
import { OriginBadge } from '../kinds/origin-badge.tsx';
import { useEntityPages } from '../queries/entities.ts';
import type { RunWish } from '../queries/runs.ts';
import { useSettled } from '../ui/use-debounced.ts';
import { kindPlaces, mainPlaces } from './places.ts';
import { useRunStarter } from './run-starter.ts';

const found = 5;
const fewestLetters = 2;
/** What can be started here: nothing that a slip of the finger would write to Broadstreet. */
const actions: readonly { readonly title: string; readonly wish: RunWish }[] = [
  { title: 'Import from Broadstreet', wish: { start: 'import', body: {} } },
  { title: 'Preview an import', wish: { start: 'import', body: { dry_run: true } } },
  { title: 'Preview the export', wish: { start: 'export', body: { dry_run: true } } },
];
const itemClass =
  'flex cursor-pointer items-center gap-2.5 rounded px-2.5 py-2 data-[selected=true]:bg-sunk [&_svg]:size-4';

interface PaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onNew: (kind: (typeof kindNames)[number]) => void;
}

/** Goes to a page or an entity, or makes one, by typing. */
export function Palette({ isOpen, onClose, onNew }: PaletteProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-card shadow-xl"
        >
          <Dialog.Title className="sr-only">Search pages and entities</Dialog.Title>
          <PaletteContent onClose={onClose} onNew={onNew} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface Entry {
  readonly value: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly choose: () => void;
}

/** What can be chosen beside entities: pages, what can be started, what can be made. */
function useEntries({ onClose, onNew }: Omit<PaletteProps, 'isOpen'>): Entry[] {
  const navigate = useNavigate();
  const { start } = useRunStarter();
  async function begin(wish: RunWish): Promise<void> {
    const run = await start(wish);
    if (run !== null) void navigate({ to: '/runs/$id', params: { id: run.id } });
  }
  const entries: Entry[] = [
    ...[...mainPlaces, ...kindPlaces].map(({ path, title, icon }) => {
      return { value: `page ${path}`, title, icon, choose: () => void navigate({ to: path }) };
    }),
    ...actions.map(({ title, wish }) => ({ value: `do ${title}`, title, icon: Play, choose: () => void begin(wish) })),
    ...kindNames.map((kind) => {
      return { value: `new ${kind}`, title: `New ${kinds[kind].singular}`, icon: Plus, choose: () => onNew(kind) };
    }),
  ];
  return entries.map((entry) => ({
    ...entry,
    choose: () => {
      onClose();
      entry.choose();
    },
  }));
}

function isIn(part: string, title: string): boolean {
  return title.toLowerCase().includes(part.toLowerCase());
}

function PaletteContent({ onClose, onNew }: Omit<PaletteProps, 'isOpen'>) {
  const [typed, setTyped] = useState('');
  const [selected, setSelected] = useState('');
  const [firstFound, setFirstFound] = useState<string | null>(null);
  const wanted = typed.trim();
  // Only the server is spared each letter: whoever types and presses Enter at once gets what fits.
  const q = useSettled(wanted);
  const navigate = useNavigate();
  const isSearching = q.length >= fewestLetters;
  const entries = useEntries({ onClose, onNew }).filter(({ title }) => isIn(wanted, title));
  const first = (isSearching && q === wanted ? firstFound : null) ?? entries[0]?.value ?? '';
  useEffect(() => setSelected(first), [first]);

  return (
    <Command shouldFilter={false} value={selected} onValueChange={setSelected} label="Search pages and entities">
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder="A page, or part of an entity’s name"
        className="w-full border-b bg-transparent px-4 py-3 text-base outline-none placeholder:text-soft"
      />
      <Command.List className="max-h-[60dvh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-soft">Nothing has that in its name.</Command.Empty>
        {isSearching ? (
          <Found
            q={q}
            onFirst={setFirstFound}
            onGo={(path) => {
              onClose();
              void navigate({ to: path });
            }}
          />
        ) : null}
        {entries.map(({ value, title, icon: Icon, choose }) => (
          <Command.Item key={value} value={value} onSelect={choose} className={itemClass}>
            <Icon className="text-soft" aria-hidden /> {title}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}

interface FoundProps {
  readonly q: string;
  readonly onGo: (path: string) => void;
  /** Gets what Enter is to open; null where nothing is found. */
  readonly onFirst: (value: string | null) => void;
}

function Found({ q, onGo, onFirst }: FoundProps) {
  const named = kindNames.filter((kind) => 'name' in kinds[kind].fields.shape);
  const query = { scope: 'both' as const, q, limit: found, sort: 'name' };
  const { pages } = useEntityPages(named.map((kind) => ({ kind, query })));
  const all = named.flatMap((kind) =>
    (pages.get(kind)?.items ?? []).map((entity) => {
      const path = `/${kind}/${keyOf(kinds[kind], entity)}`;
      return { kind: kinds[kind], entity, path };
    }),
  );
  const first = all[0]?.path ?? null;
  useEffect(() => onFirst(first), [first, onFirst]);
  return all.map(({ kind, entity, path }) => (
    <Command.Item key={path} value={path} className={itemClass} onSelect={() => onGo(path)}>
      <span className="line-clamp-1 break-all">
        <bdi>{nameOf(kind, entity, new Map())}</bdi>
      </span>
      <span className="ml-auto flex shrink-0 items-center gap-2 text-xs text-soft">
        {kind.singular} <OriginBadge origin={originOf(entity)} />
      </span>
    </Command.Item>
  ));
}
