import {
  type EntityFields,
  type EntityKind,
  entityKey,
  isVerifiable,
  normaliseName,
  readsSame,
} from '@broadstreet-sync/domain';
import type { IntentDocument, WrittenOff } from '@broadstreet-sync/store';

/** A row of a list, with the ids of its ancestors, and what identifies it. */
export interface KeyedRow {
  readonly key: string;
  readonly row: EntityFields;
}

type Sent = Pick<IntentDocument, 'parents' | 'sent_name' | 'before_ids'>;

/** Says whether a row can be what an intent sent: its parents, or its name under an id that was not there before. */
export function bearsName(kind: EntityKind, sent: Sent, { key, row }: KeyedRow): boolean {
  if (!kind.identity.includes('id')) return key === entityKey(kind, sent.parents);
  const [field] = kind.unique;
  const name = field === undefined ? undefined : row[field];
  if (typeof name !== 'string' || sent.sent_name === null || sent.before_ids.includes(key)) return false;
  return normaliseName(name) === normaliseName(sent.sent_name);
}

/** Requests of an intent that left no answer, those that were written off included. */
export function writtenOffOf(intent: IntentDocument): readonly WrittenOff[] {
  return intent.written_off ?? [];
}

/** When the first of an intent's requests that may have been carried out left. */
export function firstSentAt(intent: IntentDocument): Date {
  const times = [...writtenOffOf(intent).map(({ sent_at }) => sent_at), intent.sent_at ?? new Date()];
  return new Date(Math.min(...times.map((time) => time.getTime())));
}

/** Requests of an intent that left no answer, by which a row may have come: those sent under the name that it bears. */
export function sentAs(kind: EntityKind, intent: IntentDocument, row: KeyedRow): WrittenOff[] {
  const { parents } = intent;
  return writtenOffOf(intent).filter(({ name, before_ids }) =>
    bearsName(kind, { parents, sent_name: name, before_ids }, row),
  );
}

/** Rows that an intent may have left: those that a sender knows, and those that bear a name under which it was sent in vain. */
export function tracesOf(kind: EntityKind, intent: IntentDocument, rows: readonly KeyedRow[]): KeyedRow[] {
  return rows.filter((row) => isCertain(intent, row.key) || sentAs(kind, intent, row).length > 0);
}

/** Says whether the sender of a row knows that it is this intent's. */
export function isCertain({ strays = [] }: IntentDocument, key: string): boolean {
  return strays.some((stray) => stray.key === key && stray.is_certain);
}

/** Says whether a sweep has begun to remove a row that this intent has left. */
export function isDoomed({ strays = [] }: IntentDocument, key: string): boolean {
  return strays.some((stray) => stray.key === key && stray.state === 'removing');
}

/**
 * Fields that a row shows otherwise than an intent has sent them, its name apart. What it does not show says nothing, nor
 * does what an API may make of a value: another case, a slash at its end. A kind that is its parents has none.
 */
export function differsIn(kind: EntityKind, { payload }: Pick<IntentDocument, 'payload'>, { row }: KeyedRow): string[] {
  if (!kind.identity.includes('id')) return [];
  const shown = telling(kind, payload).filter((field) => row[field] !== undefined);
  return shown.filter((field) => !readsAlike(kind, field, payload[field], row[field]));
}

/** Fields of what was sent, beside its name, that lists show in the same words. */
function telling(kind: EntityKind, payload: EntityFields): string[] {
  const [nameField] = kind.unique;
  const others = [nameField, ...(kind.readInOtherWords ?? [])];
  return Object.keys(payload).filter((field) => !others.includes(field) && isVerifiable(kind, field));
}

function readsAlike(kind: EntityKind, field: string, one: unknown, other: unknown): boolean {
  return readsSame(kind, field, one, other) || (typeof one === 'string' && plain(one) === plain(other));
}

function plain(value: unknown): unknown {
  return typeof value === 'string' ? normaliseName(value).replace(/\/+$/, '') : value;
}

/** Says whether a row is as an intent has sent it, as far as lists show; its name is another matter. */
export function isAsSent(kind: EntityKind, { payload }: IntentDocument, { row }: KeyedRow): boolean {
  return telling(kind, payload).every((field) => readsSame(kind, field, payload[field], row[field]));
}
