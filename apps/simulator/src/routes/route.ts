import type { AccountSettings } from '../account-settings.ts';
import { type Answer, json, notFound, unprocessable } from '../answers.ts';
import type { KindName, Row, Rows } from '../rows.ts';
import { shown } from '../show.ts';
import type { State } from '../state.ts';

/** One request to an account, read but not yet judged. */
export interface Call {
  state: State;
  settings: AccountSettings;
  /** The id in the path, or 0. */
  id: number;
  query: Record<string, string>;
  /** An object: a body that is none was answered with 400. */
  body: Record<string, unknown>;
  /** Wall clock, in ms since 1970. */
  now: number;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in the contract, such as `/zones/{id}`; at most one parameter. */
  path: string;
  handle(call: Call): Answer;
}

/** A request that cannot be carried out: thrown by a handler, before it has changed anything. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** The row that the path names; 404 where there is none. */
export function rowOfPath<K extends KindName>({ state, id }: Call, kind: K): Row<K> {
  const row = findRow(state, kind, id);
  if (!row) throw new Refusal(notFound());
  return row;
}

/**
 * The id of a required parent, from the query as the contract has it, or from the body as clients send it.
 * Missing or not a number: 422 with the field; no such parent: 404.
 */
export function requireParent({ state, query, body }: Call, field: string, kind: KindName): number {
  const given = query[field] ?? body[field];
  const id = toId(given);
  if (id === null)
    throw new Refusal(unprocessable({ [field]: given === undefined ? "can't be blank" : 'is not a number' }));
  if (!state.tables[kind].get(id)) throw new Refusal(notFound());
  return id;
}

/** A whole positive number, given as one or as its digits; otherwise null. */
export function toId(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** A zone or campaign by itself: bare in the contract, wrapped in the clients. */
export function single(
  settings: AccountSettings,
  singular: string,
  value: unknown,
  answer: Partial<Answer> = {},
): Answer {
  return { ...json(200, settings.single_envelope === 'wrapped' ? { [singular]: value } : value), ...answer };
}

/** How this account shows a row. */
export function showRow<K extends KindName>(
  { state, settings }: Pick<Call, 'state' | 'settings'>,
  kind: K,
  row: Row<K>,
) {
  const value = shown[kind](state, row);
  return settings.zone_network_id && kind === 'zones' && 'network_id' in row
    ? { ...value, network_id: row.network_id }
    : value;
}

/** 422 where the account has the rule of unique names and another row under the parent has the name. */
export function refuseTakenKey(
  { state }: Call,
  kind: KindName,
  key: 'name' | 'alias',
  scoped: string,
  exceptId: number | null,
): void {
  for (const row of state.tables[kind].withKey(key, scoped))
    if (row.id !== exceptId) throw new Refusal(unprocessable({ [key]: ['has already been taken'] }));
}

function findRow<K extends KindName>(state: State, kind: K, id: number): Rows[K] | undefined {
  return state.tables[kind].get(id);
}
