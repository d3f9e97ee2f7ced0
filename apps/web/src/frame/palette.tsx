import { kindNames, kinds } from '@broadstreet-sync/domain';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { CornerDownLeft, Plus } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import { keyOf, nameOf, originOf } from '../kinds/entity.ts';
import { OriginBadge } from '../kinds/origin-badge.tsx';
import { useEntityPages } from '../queries/entities.ts';
import { useSettled } from '../ui/use-debounced.ts';
import { kindPlaces, mainPlaces } from './places.ts';

const found = 5;
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

function PaletteContent({ onClose, onNew }: Omit<PaletteProps, 'isOpen'>) {
  const [typed, setTyped] = useState('');
  const [selected, setSelected] = useState('');
  const q = useSettled(typed.trim());
  const navigate = useNavigate();
  const fits = (title: string) => title.toLowerCase().includes(q.toLowerCase());
  const places = [...mainPlaces, ...kindPlaces].filter(({ title }) => fits(title));

  function go(path: string): void {
    onClose();
    void navigate({ to: path });
  }

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
        {q.length < 2 ? null : <Found q={q} onGo={go} onFirst={setSelected} />}
        {places.map(({ path, title, icon: Icon }) => (
          <Command.Item key={path} value={`page ${path}`} onSelect={() => go(path)} className={itemClass}>
            <Icon className="text-soft" aria-hidden /> {title}{' '}
            <CornerDownLeft className="ml-auto text-soft" aria-hidden />
          </Command.Item>
        ))}
        {kindNames
          .filter((kind) => fits(`new ${kinds[kind].singular}`))
          .map((kind) => (
            <Command.Item
              key={kind}
              value={`new ${kind}`}
              className={itemClass}
              onSelect={() => {
                onClose();
                onNew(kind);
              }}
            >
              <Plus className="text-soft" aria-hidden /> New {kinds[kind].singular}
            </Command.Item>
          ))}
      </Command.List>
    </Command>
  );
}

interface FoundProps {
  readonly q: string;
  readonly onGo: (path: string) => void;
  /** Gets what Enter is to open. */
  readonly onFirst: (value: string) => void;
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
  const first = all[0]?.path;
  useEffect(() => {
    if (first !== undefined) onFirst(first);
  }, [first, onFirst]);
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
