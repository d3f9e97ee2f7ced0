import { ancestorFields, type EntityKind, kindNames, kinds, labelOf, parentField } from '@broadstreet-sync/domain';

/** Fields whose names are no words of a sentence, with what people call them; a kind's own, then those of all others. */
function labelsOf(kind: EntityKind): Map<string, string> {
  const labels = new Map<string, string>();
  for (const each of [kind, ...kindNames.map((name) => kinds[name])]) {
    for (const field of [
      ...Object.keys(each.fields.shape),
      ...each.parents.map(parentField),
      ...ancestorFields(each),
    ]) {
      if (field.includes('_') && !labels.has(field)) labels.set(field, labelOf(each, field));
    }
  }
  return labels;
}

/**
 * A message of the API as a page says it: fields as people call them (`web_home_url` is `“Website”`), entities by their
 * names alone where it gives name and `_id`. Pure.
 */
export function inLabels(kind: EntityKind, message: string): string {
  const labels = labelsOf(kind);
  const pattern = new RegExp(`(?<![\\w"“/])(${[...labels.keys()].join('|')})(?![\\w"”])`, 'g');
  return message
    .replace(pattern, (field) => `“${labels.get(field) ?? field}”`)
    .replace(/("[^"]*") \([0-9a-f]{24}\)/g, '$1');
}
