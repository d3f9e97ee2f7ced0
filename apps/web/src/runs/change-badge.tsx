import type { ChangeView } from '@broadstreet-sync/contract';
import { Badge, type Tone } from '../ui/badge.tsx';

/** What each change is called. */
export const changeLooks: Readonly<Record<ChangeView['operation'], { text: string; tone: Tone }>> = {
  insert: { text: 'new', tone: 'good' },
  update: { text: 'changed', tone: 'accent' },
  remove: { text: 'removed', tone: 'bad' },
};

/** What a run did to an entity. */
export function ChangeBadge({ operation }: Pick<ChangeView, 'operation'>) {
  return <Badge tone={changeLooks[operation].tone}>{changeLooks[operation].text}</Badge>;
}
