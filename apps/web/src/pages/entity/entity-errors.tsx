import { type EntityKind, labelOf } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { isLocal } from '../../kinds/entity.ts';
import { inLabels } from '../../kinds/in-labels.ts';
import type { Entity } from '../../queries/entities.ts';
import { categoryWords } from '../../runs/error-words.ts';
import { Card, CardHead } from '../../ui/card.tsx';
import { sentences } from '../../ui/sentences.ts';
import { Time } from '../../ui/times.tsx';

const shown = 5;

/** What is in the way of the export of an entity, the newest first. */
export function EntityErrors({ kind, entity }: { readonly kind: EntityKind; readonly entity: Entity }) {
  const problems = isLocal(entity) ? entity.problems : [];
  const errors = (isLocal(entity) ? entity.sync_errors : (entity.sync.errors ?? [])).toReversed().slice(0, shown);
  if (problems.length === 0 && errors.length === 0) return null;
  return (
    <Card className="border-bad/40">
      <CardHead title="What is in the way of its export" />
      <ul className="grid gap-2.5 p-4">
        {problems.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <span className="font-medium">{labelOf(kind, path)}</span> {message}
          </li>
        ))}
        {errors.map(({ message, category, run_id, at }) => (
          <li key={`${run_id} ${message}`} className="grid gap-0.5">
            <span className="text-bad">{sentences(inLabels(kind, message))}</span>
            <span className="text-[13px] text-soft">
              {categoryWords[category].advice}{' '}
              <Link to="/runs/$id" params={{ id: run_id }} className="text-accent hover:underline">
                Run
              </Link>
              , <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
