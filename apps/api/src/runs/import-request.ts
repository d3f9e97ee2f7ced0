import type { InputFault, Trigger } from '@broadstreet-sync/contract';
import {
  concernedKinds,
  defaultMaxAgeHours,
  type EntityKind,
  importFilterNames,
  type KindName,
  kinds,
  type Mode,
  oneOf,
  parseEntityKey,
  storedImportFilters,
} from '@broadstreet-sync/domain';
import type { RunRequest } from '@broadstreet-sync/store';
import { invalidInput } from '../http/problem-error.ts';

type Filters = Readonly<Record<string, unknown>>;

/** Filters that name entities themselves: ids and names mean another entity in each kind. */
const ofOneKind = ['ids', 'name'];

/**
 * What the body of an import's trigger asks for. Filters without a mode make it `incremental`; an import of several kinds
 * is one of those that its filters concern.
 *
 * @throws ProblemError `invalid_input`
 */
export function toImportRequest(
  names: readonly KindName[],
  body: Trigger,
): Pick<RunRequest, 'mode' | 'kinds' | 'filters' | 'max_age_hours'> {
  const filters: Filters = Object.fromEntries(
    Object.entries(body.filters ?? {}).filter(([, value]) => value !== undefined),
  );
  const isFiltered = Object.keys(filters).length > 0;
  const mode = body.mode ?? (isFiltered ? 'incremental' : 'full');
  const concerned = concernedKinds(names, filters);
  const faults = [...modeFaults(mode, isFiltered, names, body), ...filterFaults(names, concerned, filters)];
  if (faults.length > 0) throw invalidInput(faults);
  return {
    mode,
    kinds: concerned,
    filters: storedImportFilters(filters),
    max_age_hours: mode === 'due' ? (body.max_age_hours ?? defaultMaxAgeHours) : null,
  };
}

function modeFaults(mode: Mode, isFiltered: boolean, names: readonly KindName[], body: Trigger): InputFault[] {
  const faults: InputFault[] = [];
  const note = (path: string, message: string) => faults.push({ path, message });
  if (isFiltered && mode !== 'incremental') {
    note('filters', `are for the mode "incremental": leave them out, or the mode "${mode}"`);
  }
  if (!isFiltered && mode === 'incremental') {
    note('filters', `must say what to import: give ${listed(filterNames(names), 'or')}, or another mode`);
  }
  if (body.max_age_hours !== undefined && mode !== 'due') {
    note('max_age_hours', `is for the mode "due": leave it out, or give that mode instead of "${mode}"`);
  }
  return faults;
}

/** The filters that make sense for any of the kinds; of several together, none that names entities of one. */
function filterNames(names: readonly KindName[]): string[] {
  const all = [...new Set(names.flatMap((name) => importFilterNames(kinds[name])))];
  return names.length === 1 ? all : all.filter((filter) => !ofOneKind.includes(filter));
}

function filterFaults(names: readonly KindName[], concerned: readonly KindName[], filters: Filters): InputFault[] {
  const known = filterNames(names);
  const [only] = names;
  const faults = Object.entries(filters).flatMap(([filter, value]): InputFault[] => {
    const path = `filters.${filter}`;
    if (names.length > 1 && ofOneKind.includes(filter)) {
      return [{ path, message: 'names entities of one kind: ask for an import of that kind' }];
    }
    if (!known.includes(filter)) {
      return [{ path, message: `makes no sense for ${names.join(', ')}: there are ${listed(known, 'and')}` }];
    }
    if (filter === 'ids' && only !== undefined) return idFaults(kinds[only], value);
    if (filter === 'name') return String(value).trim() === '' ? [{ path, message: 'must not be blank' }] : [];
    const isId = typeof value === 'number';
    return isId ? [] : [{ path, message: 'must be a remote id (a number): an import reads what exists remotely' }];
  });
  if (faults.length > 0 || concerned.length > 0) return faults;
  return [{ path: 'filters', message: `make no sense together: no kind has ${listed(Object.keys(filters), 'and')}` }];
}

function idFaults(kind: EntityKind, value: unknown): InputFault[] {
  const ids = Array.isArray(value) ? value.map(String) : [];
  if (ids.length === 0) return [{ path: 'filters.ids', message: 'must name at least one' }];
  const form = kind.identity.length === 1 ? `the id of ${oneOf(kind)}, a number` : kind.identity.join('-');
  return ids.flatMap((id, at) => {
    return parseEntityKey(kind, id) === null ? [{ path: `filters.ids.${at}`, message: `must be ${form}` }] : [];
  });
}

/** `a, b and c`. */
function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}
