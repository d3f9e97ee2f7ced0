import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const looks = cva('inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap', {
  variants: {
    tone: {
      calm: 'bg-calm-soft text-ink',
      good: 'bg-good-soft text-good',
      warm: 'bg-warm-soft text-warm',
      bad: 'bg-bad-soft text-bad',
      accent: 'bg-accent-soft text-accent',
    },
  },
  defaultVariants: { tone: 'calm' },
});

export type Tone = NonNullable<VariantProps<typeof looks>['tone']>;

export function Badge({ tone, className, ...props }: ComponentProps<'span'> & { readonly tone?: Tone }) {
  return <span className={cn(looks({ tone }), className)} {...props} />;
}
