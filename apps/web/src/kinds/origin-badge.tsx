import { Badge, type Tone } from '../ui/badge.tsx';
import { Hint } from '../ui/hint.tsx';
import type { Origin } from './entity.ts';

interface OriginLook {
  readonly text: string;
  /** Without the sign, for choices. */
  readonly word: string;
  readonly tone: Tone;
  readonly means: string;
}

export const origins: Readonly<Record<Origin, OriginLook>> = {
  local: {
    text: '🏠 Local',
    word: 'Local, not exported',
    tone: 'warm',
    means: 'Made here, and not exported to Broadstreet yet.',
  },
  synced: {
    text: '✅ Synced',
    word: 'Made here, synced',
    tone: 'good',
    means: 'Made here, and exported to Broadstreet.',
  },
  api: { text: '📡 API', word: 'From the API', tone: 'calm', means: 'Came from Broadstreet by an import.' },
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
