import type { ChangeView } from '@broadstreet-sync/contract';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Readonly<Record<ChangeView['operation'], { text: string; tone: Tone }>> = {
  insert: { text: 'new', tone: 'good' },
  update: { text: 'changed', tone: 'accent' },
  remove: { text: 'removed', tone: 'bad' },
};

/** What a run did to an entity. */
export function ChangeBadge({ operation }: Pick<ChangeView, 'operation'>) {
  return <Badge tone={looks[operation].tone}>{looks[operation].text}</Badge>;
}
