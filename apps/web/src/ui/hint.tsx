import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

/** Says more of what it surrounds, to the pointer and to the keyboard. */
export function Hint({ text, children }: { readonly text: ReactNode; readonly children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={4}
          className="z-50 max-w-xs rounded-md border bg-ink px-2.5 py-1.5 text-[13px] text-page shadow-lg"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
