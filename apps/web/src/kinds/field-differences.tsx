import { changedFields, type EntityFields, type EntityKind, labelOf } from '@broadstreet-sync/domain';
import { describeValue } from './values.ts';

interface FieldDifferencesProps {
  readonly kind: EntityKind;
  readonly before: EntityFields;
  readonly after: EntityFields;
}

/** Which fields differ, and how. */
export function FieldDifferences({ kind, before, after }: FieldDifferencesProps) {
  const fields = changedFields(before, after);
  if (fields.length === 0) return <span className="text-soft">nothing that shows</span>;
  return (
    <dl className="grid gap-1 text-[13px]">
      {fields.map((field) => (
        <div key={field}>
          <dt className="inline font-medium">{labelOf(kind, field)}: </dt>
          <dd className="inline">
            <del className="rounded bg-bad-soft px-1 text-bad">{describeValue(kind, field, before[field])}</del>{' '}
            <span className="sr-only">became </span>
            <ins className="rounded bg-good-soft px-1 text-good no-underline">
              {describeValue(kind, field, after[field])}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
