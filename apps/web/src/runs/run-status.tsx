import { Badge } from '../ui/badge.tsx';
import { Hint } from '../ui/hint.tsx';
import { type Looking, statusLook } from './words.ts';

export function RunStatus({ run }: { readonly run: Looking }) {
  const { text, tone, means } = statusLook(run);
  return (
    <Hint text={means}>
      <Badge tone={tone}>{text}</Badge>
    </Hint>
  );
}
