import {
  type EntityFields,
  type EntityKind,
  isGiven,
  parentField,
  readsSame,
  requiredParents,
  writtenForm,
} from '@broadstreet-sync/domain';
import type { IntentDocument, ProductionDocument } from '@broadstreet-sync/store';

/**
 * The fields of the draft that an exported entity was made from, as they were given, or as they have become since. Pure.
 *
 * @param exported the entity as it was when it had been exported
 * @param parents what names each of its parents: the `_id` that it has or had here, or its remote id
 */
export function draftOf(
  kind: EntityKind,
  document: ProductionDocument,
  intent: Pick<IntentDocument, 'payload' | 'name' | 'sent_name'>,
  exported: EntityFields,
  parents: Readonly<Record<string, string | number>>,
): EntityFields {
  const fields = kind.create.fields.flatMap((field) => {
    const value = draftValue(kind, field, document, intent, exported);
    return isGiven(value) ? [[field, value] as const] : [];
  });
  const references = requiredParents(kind).flatMap((name) => {
    const reference = parents[parentField(name)];
    return reference === undefined ? [] : [[parentField(name), reference] as const];
  });
  return Object.fromEntries([...references, ...fields]);
}

function draftValue(
  kind: EntityKind,
  field: string,
  document: ProductionDocument,
  { payload, name, sent_name }: Pick<IntentDocument, 'payload' | 'name' | 'sent_name'>,
  exported: EntityFields,
): unknown {
  const current = document[field];
  const isTransient = kind.create.transient?.includes(field) === true;
  // A name that was taken then may be free by now: the wish is what the draft had.
  if (field === kind.unique[0] && name !== null && current === sent_name) return name;
  if (field in payload && (isTransient || readsSame(kind, field, current, payload[field]))) return payload[field];
  // What nobody gave and nobody changed is the API's own default.
  const isChanged = field in payload || !readsSame(kind, field, current, exported[field]);
  const value = isChanged ? writtenForm(kind, field, current) : undefined;
  // Reads may have words of their own, which no write takes.
  return kind.fields.shape[field]?.safeParse(value).success === true ? value : payload[field];
}
