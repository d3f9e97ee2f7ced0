import { Badge, type Tone } from '../ui/badge.tsx';
import { Hint } from '../ui/hint.tsx';
import type { Origin } from './entity.ts';

interface OriginLook {
  readonly text: string;
  readonly tone: Tone;
  readonly means: string;
}

export const origins: Readonly<Record<Origin, OriginLook>> = {
  local: { text: '🏠 Local', tone: 'warm', means: 'Made here, and not exported to Broadstreet yet.' },
  synced: { text: '✅ Synced', tone: 'good', means: 'Made here, and exported to Broadstreet.' },
  api: { text: '📡 API', tone: 'calm', means: 'Came from Broadstreet by an import.' },
};

/** Whether an entity is local, synced, or came from the API. */
export function OriginBadge({ origin }: { readonly origin: Origin }) {
  const { text, tone, means } = origins[origin];
  return (
    <Hint text={means}>
      <Badge tone={tone}>{text}</Badge>
    </Hint>
  );
}
