import {
  checkLocal,
  type EntityFields,
  type EntityKind,
  isLocalReference,
  type KindName,
  labelOf,
  parentField,
} from '@broadstreet-sync/domain';
import Papa from 'papaparse';

/** A line of a file, as a draft. */
export interface CsvLine {
  /** In the file, the heading being 1. */
  readonly number: number;
  readonly fields: EntityFields;
  /** Parents that are given by name, by field. */
  readonly parentNames: Readonly<Record<string, string>>;
}

export interface CsvFile {
  readonly lines: readonly CsvLine[];
  /** Columns that are no field of the kind. */
  readonly unknown: readonly string[];
  /** Why the file cannot be read; null when it can. */
  readonly fault: string | null;
}

/** The columns that a file may have: parents first, then what can be given. */
export function csvFields(kind: EntityKind): string[] {
  const given = kind.create.fields.filter((field) => kind.create.transient?.includes(field) !== true);
  return [...kind.parents.map(parentField), ...given];
}

function plain(words: string): string {
  return words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The field that a heading means: by the API's name for it or by its label. */
function fieldOf(kind: EntityKind, heading: string): string | null {
  const found = csvFields(kind).find((field) =>
    [field, labelOf(kind, field)].some((name) => plain(name) === plain(heading)),
  );
  return found ?? null;
}

/** A value as its field takes it; text where it takes nothing else, so that the check can say what is wrong. */
function readValue(kind: EntityKind, field: string, text: string): unknown {
  const type = kind.fields.shape[field];
  if (type === undefined) return /^\d{1,15}$/.test(text) ? Number(text) : text;
  const truth = { true: true, yes: true, false: false, no: false }[text.toLowerCase()];
  if (truth !== undefined && type.safeParse(truth).success) return truth;
  if (/^-?\d+(\.\d+)?$/.test(text) && type.safeParse(Number(text)).success && !type.safeParse(text).success)
    return Number(text);
  return text;
}

function readLine(kind: EntityKind, row: Readonly<Record<string, string>>, number: number): CsvLine {
  const fields: EntityFields = {};
  const parentNames: Record<string, string> = {};
  const parents = kind.parents.map(parentField);
  for (const [heading, cell] of Object.entries(row)) {
    const field = fieldOf(kind, heading);
    const text = cell.trim();
    if (field === null || text === '') continue;
    const value = readValue(kind, field, text);
    if (parents.includes(field) && typeof value === 'string' && !isLocalReference(value)) parentNames[field] = text;
    else fields[field] = value;
  }
  return { number, fields, parentNames };
}

const firstLine = 2;

/** Reads drafts of a kind from a CSV file with a heading. Pure. */
export function readCsv(kind: EntityKind, text: string): CsvFile {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: 'greedy' });
  const headings = (meta.fields ?? []).filter((heading) => heading.trim() !== '');
  const unknown = headings.filter((heading) => fieldOf(kind, heading) === null);
  if (headings.length === unknown.length) {
    const names = csvFields(kind).join(', ');
    return { lines: [], unknown, fault: `No column is a field of ${kind.name}. There are ${names}.` };
  }
  const [broken] = errors.filter(({ type }) => type === 'Quotes');
  if (broken !== undefined)
    return { lines: [], unknown, fault: `Line ${(broken.row ?? 0) + firstLine}: ${broken.message}.` };
  const lines = data.map((row, at) => {
    const cells = Object.fromEntries(Object.entries(row).filter(([, cell]) => typeof cell === 'string'));
    return readLine(kind, cells, at + firstLine);
  });
  return { lines, unknown, fault: null };
}

/** What a parent's name leads to: its id, or why it leads nowhere. By {@link nameKey}. */
export type ParentsByName = ReadonlyMap<string, number | string | { readonly fault: string }>;

export function nameKey(kind: KindName, name: string): string {
  return `${kind}:${name}`;
}

export interface CheckedLine {
  readonly number: number;
  /** With parents as references. */
  readonly fields: EntityFields;
  /** Why it cannot be saved. */
  readonly faults: readonly string[];
  /** What is still to be given before it can be exported. */
  readonly notes: readonly string[];
}

/** Checks a line, once the names of its parents have been looked up. Pure. */
export function checkLine(kind: EntityKind, line: CsvLine, parents: ParentsByName): CheckedLine {
  const fields = { ...line.fields };
  const faults: string[] = [];
  for (const parent of kind.parents) {
    const name = line.parentNames[parentField(parent)];
    if (name === undefined) continue;
    const found = parents.get(nameKey(parent, name));
    if (typeof found === 'number' || typeof found === 'string') fields[parentField(parent)] = found;
    else faults.push(found?.fault ?? `“${name}” is being looked up`);
  }
  const { refused, problems } = checkLocal(kind, fields);
  const say = ({ path, message }: { path: string; message: string }) => `${labelOf(kind, path)} ${message}`;
  const isRefused = new Set(refused.map(say));
  return {
    number: line.number,
    fields,
    faults: [...faults, ...isRefused],
    notes: problems.map(say).filter((note) => !isRefused.has(note)),
  };
}
