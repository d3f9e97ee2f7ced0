import type { ProductionEntity } from '@broadstreet-sync/contract';
import {
  ancestorFields,
  type EntityKind,
  inWords,
  labelOf,
  parentField,
  remotePart,
  unverifiableFields,
} from '@broadstreet-sync/domain';
import { isLocal, referenceIn } from '../../kinds/entity.ts';
import { EntityLink } from '../../kinds/entity-link.tsx';
import { FieldDifferences } from '../../kinds/field-differences.tsx';
import { describeValue } from '../../kinds/values.ts';
import type { Entity } from '../../queries/entities.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Hint } from '../../ui/hint.tsx';

/** Beside the fields of the kind, what is ours in a local entity. */
const oursInLocal = [
  '_id',
  'problems',
  'sync_errors',
  'last_sync_attempt',
  'created_at',
  'updated_at',
  'created_locally',
  'synced_with_api',
  'revision',
];

/** Fields in the order in which a person looks for them: what it hangs on, what can be given, all else. */
function fieldsOf(kind: EntityKind, entity: Entity): string[] {
  const parents = [...new Set([...ancestorFields(kind).toReversed(), ...kind.parents.map(parentField)])];
  const own = Object.keys(kind.fields.shape).filter((field) => !kind.create.transient?.includes(field));
  const kept = isLocal(entity)
    ? Object.keys(entity).filter((field) => !oursInLocal.includes(field))
    : Object.keys(remotePart(entity));
  return [...new Set([...parents.filter((field) => field in entity), ...own, ...kept])];
}

interface EntityFieldsCardProps {
  readonly kind: EntityKind;
  readonly entity: Entity;
  readonly names: ReadonlyMap<string, string | null>;
}

/** All that is known of an entity. */
export function EntityFieldsCard({ kind, entity, names }: EntityFieldsCardProps) {
  const hidden = unverifiableFields(kind);
  return (
    <Card>
      <CardHead title="Fields" />
      <dl className="grid gap-x-8 px-4 py-2 md:grid-cols-2">
        {fieldsOf(kind, entity).map((field) => (
          <div key={field} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-3 border-b py-2 last:border-0">
            <dt className="text-soft">
              {field in kind.fields.shape || field.endsWith('_id') ? labelOf(kind, field) : inWords(field)}
            </dt>
            <dd className="flex flex-wrap items-start gap-x-2">
              <Value kind={kind} entity={entity} field={field} names={names} />
              {!isLocal(entity) && hidden.includes(field) ? <NotShown /> : null}
            </dd>
          </div>
        ))}
      </dl>
      {isLocal(entity) ? null : <Edits kind={kind} entity={entity} />}
    </Card>
  );
}

function NotShown() {
  return (
    <Hint text="Broadstreet’s lists do not show this field: what stands here is what was last written from here.">
      <Badge>not verifiable</Badge>
    </Hint>
  );
}

interface ValueProps extends EntityFieldsCardProps {
  readonly field: string;
}

function Value({ kind, entity, field, names }: ValueProps) {
  const value = entity[field];
  const reference = referenceIn(kind, entity, field);
  if (reference !== null) return <EntityLink reference={reference} names={names} />;
  const text = describeValue(kind, field, value);
  if (/^https?:\/\/\S+$/.test(text)) {
    return (
      <a href={text} target="_blank" rel="noreferrer noopener" className="line-clamp-3 text-accent hover:underline">
        {text}
      </a>
    );
  }
  const isDate = kind.readAsDay?.includes(field) === true && text !== '–';
  return (
    <span className="max-h-60 overflow-y-auto whitespace-pre-wrap">
      <bdi>{text}</bdi>
      {isDate ? ' UTC' : ''}
    </span>
  );
}

/** What was edited here and is not exported yet, beside what Broadstreet has. */
function Edits({ kind, entity }: { readonly kind: EntityKind; readonly entity: ProductionEntity }) {
  const { edited, base = {} } = entity.sync;
  if (edited.length === 0) return null;
  const now = Object.fromEntries(edited.map((field) => [field, entity[field]]));
  return (
    <div className="grid gap-2 border-t bg-warm-soft/50 px-4 py-3">
      <p className="font-medium">Edited here, and sent with the next export:</p>
      <FieldDifferences kind={kind} before={base} after={now} />
    </div>
  );
}
