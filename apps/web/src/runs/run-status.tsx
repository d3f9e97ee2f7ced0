import type { RunView } from '@broadstreet-sync/contract';
import { Badge } from '../ui/badge.tsx';
import { Hint } from '../ui/hint.tsx';
import { statusLooks } from './words.ts';

export function RunStatus({ run }: { readonly run: Pick<RunView, 'status'> }) {
  const { text, tone, means } = statusLooks[run.status];
  return (
    <Hint text={means}>
      <Badge tone={tone}>{text}</Badge>
    </Hint>
  );
}
