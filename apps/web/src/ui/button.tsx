import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const looks = cva(
  'inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        main: 'bg-accent text-on-accent shadow-xs hover:bg-accent-strong',
        plain: 'border border-line bg-card text-ink shadow-xs hover:bg-sunk',
        quiet: 'text-ink hover:bg-sunk',
        danger: 'border border-bad/40 bg-card text-bad hover:bg-bad-soft',
      },
      size: { normal: 'h-8.5 px-3', small: 'h-7 px-2 text-[13px]', icon: 'size-8.5', large: 'h-10 px-4 text-[15px]' },
    },
    defaultVariants: { look: 'plain', size: 'normal' },
  },
);

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof looks> & { readonly asChild?: boolean };

export function Button({ className, look, size, asChild = false, ...props }: ButtonProps) {
  const Tag = asChild ? Slot.Root : 'button';
  const type = asChild ? {} : { type: props.type ?? ('button' as const) };
  return <Tag className={cn(looks({ look, size }), className)} {...props} {...type} />;
}
