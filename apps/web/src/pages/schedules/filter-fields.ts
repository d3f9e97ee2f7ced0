import {
  filterFields,
  importFilterNames,
  type KindName,
  kindNames,
  kinds,
  type Operation,
  parentField,
} from '@broadstreet-sync/domain';

/** What a run of these kinds can be limited to. */
export interface FilterFields {
  /** Kinds of which one entity can be chosen. */
  readonly chosen: readonly KindName[];
  /** Whether entities can be named by their names, or their ids. */
  readonly name: boolean;
  readonly ids: boolean;
}

/** The filters that the API takes: those that make sense for any of the kinds; names and ids are of one kind. */
export function filterFieldsOf(operation: Operation, names: readonly KindName[]): FilterFields {
  const known = new Set(
    names.flatMap((name) => (operation === 'import' ? importFilterNames(kinds[name]) : filterFields(kinds[name]))),
  );
  const isOne = names.length === 1;
  return {
    chosen: kindNames.filter((name) => known.has(parentField(name))),
    name: operation === 'export' || (isOne && known.has('name')),
    ids: isOne && known.has('ids'),
  };
}
