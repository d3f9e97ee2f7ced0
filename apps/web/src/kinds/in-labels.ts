import { ancestorFields, type EntityKind, labelOf, parentField } from '@broadstreet-sync/domain';

/** A message of the API with fields as people call them: `web_home_url must be …` → `“Website” must be …`. Pure. */
export function inLabels(kind: EntityKind, message: string): string {
  const fields = [...Object.keys(kind.fields.shape), ...kind.parents.map(parentField), ...ancestorFields(kind)];
  // Only what is surely a field's name, and no word of the sentence.
  const named = fields.filter((field) => field.includes('_'));
  if (named.length === 0) return message;
  const pattern = new RegExp(`(?<![\\w"“/])(${named.join('|')})(?![\\w"”])`, 'g');
  return message.replace(pattern, (field) => `“${labelOf(kind, field)}”`);
}
