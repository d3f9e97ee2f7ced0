import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export interface Tab<Key extends string> {
  readonly key: Key;
  readonly title: ReactNode;
  readonly content: () => ReactNode;
}

interface TabsProps<Key extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Key>[];
  readonly open: Key;
  readonly onOpen: (key: Key) => void;
}

/** One of several views of the same thing. */
export function Tabs<Key extends string>({ label, tabs, open, onOpen }: TabsProps<Key>) {
  return (
    <Radix.Root
      value={open}
      onValueChange={(value) => {
        const tab = tabs.find(({ key }) => key === value);
        if (tab !== undefined) onOpen(tab.key);
      }}
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
    >
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b">
        {tabs.map(({ key, title }) => (
          <Radix.Trigger
            key={key}
            value={key}
            className="-mb-px border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ key, content }) => (
        <Radix.Content key={key} value={key} className="grid grid-cols-[minmax(0,1fr)] gap-4 outline-none">
          {content()}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
