import { type EntityKind, labelOf } from '@broadstreet-sync/domain';
import type { Entity } from '../queries/entities.ts';
import { Badge } from '../ui/badge.tsx';
import { Hint } from '../ui/hint.tsx';
import { isLocal } from './entity.ts';
import { inLabels } from './in-labels.ts';

interface EntityMarksProps {
  readonly kind: EntityKind;
  readonly entity: Entity;
}

/** What a person should know of an entity beside its origin: last error, missing fields, unsent edits, a planned deletion. */
export function EntityMarks({ kind, entity }: EntityMarksProps) {
  const marks = isLocal(entity) ? localMarks(kind, entity) : productionMarks(kind, entity);
  return marks.map(({ text, tone, means }) => (
    <Hint key={text} text={means}>
      <Badge tone={tone}>{text}</Badge>
    </Hint>
  ));
}

interface Mark {
  readonly text: string;
  readonly tone: 'warm' | 'bad';
  readonly means: string;
}

function localMarks(kind: EntityKind, { sync_errors, problems }: Extract<Entity, { _id: string }>): Mark[] {
  const last = sync_errors.at(-1);
  const failed =
    last === undefined ? [] : [{ text: 'export failed', tone: 'bad' as const, means: inLabels(kind, last.message) }];
  if (problems.length === 0) return failed;
  const means = problems.map(({ path, message }) => `${labelOf(kind, path)} ${message}`).join('; ');
  return [...failed, { text: 'incomplete', tone: 'warm', means }];
}

function productionMarks(kind: EntityKind, { sync }: Exclude<Entity, { _id: string }>): Mark[] {
  const marks: Mark[] = [];
  if (sync.edited.length > 0) {
    marks.push({
      text: 'unsent edit',
      tone: 'warm',
      means: `Changed here, to be exported: ${sync.edited.map((field) => labelOf(kind, field)).join(', ')}.`,
    });
  }
  if (sync.conflict !== undefined) {
    marks.push({ text: 'conflict', tone: 'warm', means: 'Changed in Broadstreet too: decide which is kept.' });
  }
  if (sync.deletion !== undefined) {
    marks.push({ text: 'to be deleted', tone: 'bad', means: 'The next export deletes it in Broadstreet.' });
  }
  const error = sync.errors?.at(-1);
  if (error !== undefined) marks.push({ text: 'not sent', tone: 'bad', means: inLabels(kind, error.message) });
  if (sync.dangling)
    marks.push({ text: 'refers to nothing', tone: 'warm', means: 'Something that it refers to does not exist.' });
  return marks;
}
