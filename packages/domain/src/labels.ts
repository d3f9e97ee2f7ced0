import { ancestorFields, parentField } from './entity.ts';
import { type EntityKind, type KindName, kindNames } from './kind.ts';
import { kinds } from './registry.ts';

function capitalise(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Parts of the API's names as people write them. */
const spellings: Readonly<Record<string, string>> = { url: 'URL', id: 'ID', api: 'API' };

/** A name of the API in words: `max_impression_count` → `Max impression count`. */
export function inWords(name: string): string {
  return capitalise(
    name
      .split('_')
      .map((part) => spellings[part] ?? part)
      .join(' '),
  );
}

/** The kind whose id a field holds; null where it holds none. */
export function kindOfField(kind: EntityKind, field: string): KindName | null {
  const isReference = kind.parents.some((name) => parentField(name) === field) || ancestorFields(kind).includes(field);
  return isReference ? (kindNames.find((name) => parentField(name) === field) ?? null) : null;
}

/** What people call a field: its declared title, the name of the kind that it refers to, or its own name in words. */
export function labelOf(kind: EntityKind, field: string): string {
  const referred = kindOfField(kind, field);
  if (referred !== null) return capitalise(kinds[referred].singular);
  return kind.fields.shape[field]?.meta()?.title ?? inWords(field);
}

/** What a person should know of a field; null where its label says all. */
export function hintOf(kind: EntityKind, field: string): string | null {
  return kind.fields.shape[field]?.meta()?.description ?? null;
}

/** `Advertisers`: what pages call a kind. */
export function titleOf(kind: EntityKind): string {
  return capitalise(kind.name);
}

/** `an advertiser`, `a zone`: one of a kind, in a sentence. */
export function oneOf({ singular }: Pick<EntityKind, 'singular'>): string {
  return `${/^[aeiou]/.test(singular) ? 'an' : 'a'} ${singular}`;
}

/** The kind on which all others hang. */
export const rootKind: EntityKind = rootOfAll();

function rootOfAll(): EntityKind {
  const name = kindNames.find((each) => kinds[each].lineage === undefined);
  if (name === undefined) throw new Error('every kind hangs on another');
  return kinds[name];
}
