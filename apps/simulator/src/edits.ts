import { z } from 'zod';
import { type KindName, kindNames, parents, type Rows, rowSchemas } from './rows.ts';
import { showWithParents } from './show.ts';
import type { State } from './state.ts';
import type { Table } from './table.ts';

/** What somebody else does in the account, past the API: neither counted as a request nor noted as a write. */
export const editSchema = z.strictObject({
  kind: z.enum(kindNames),
  op: z.enum(['insert', 'update', 'remove']),
  /** Of the row; a placement is named by its three parents in `fields`. */
  id: z.int().positive().optional(),
  fields: z.record(z.string(), z.unknown()).default({}),
  /** True: an insert does not look for its parents, and a removal leaves what hangs on the row. */
  dangling: z.boolean().default(false),
});

export type Edit = z.output<typeof editSchema>;

const schemas: { [K in KindName]: z.ZodType<Rows[K]> } = rowSchemas;

/** An edit that makes no sense; `path` is the field. */
export class EditFault extends Error {
  override readonly name = 'EditFault';
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Carries out an edit; gives the row as it is then (a removed one as it was), with its parents' ids. */
export function applyEdit(state: State, edit: Edit): Record<string, unknown> {
  return editKind(state, edit.kind, edit);
}

function editKind<K extends KindName>(state: State, kind: K, edit: Edit): Record<string, unknown> {
  if (edit.op === 'insert') {
    const row = checkRow(state, kind, { ...edit.fields, id: edit.id ?? newId(state, kind) }, edit);
    if (state.tables[kind].get(row.id)) throw new EditFault('id', `${kind} ${row.id} exists`);
    state.apply<K>({ op: 'insert', kind, row, origin: 'edit' });
    return showWithParents(state, kind, row);
  }

  const old = findRow(state, kind, edit);
  if (edit.op === 'remove') {
    const removed = showWithParents(state, kind, old);
    state.apply<K>({ op: 'remove', kind, id: old.id, cascade: !edit.dangling });
    return removed;
  }
  const row = checkRow(state, kind, { ...old, ...edit.fields, id: old.id }, edit);
  state.apply<K>({ op: 'update', kind, row });
  return showWithParents(state, kind, row);
}

function newId(state: State, kind: KindName): number {
  return kind === 'placements' ? state.allocatePlacementId() : state.allocateId();
}

function findRow<K extends KindName>(state: State, kind: K, { id, fields }: Edit): Rows[K] {
  const table: Table<Rows[K]> = state.tables[kind];
  const row = kind === 'placements' ? findPlacement(table, fields) : table.get(id ?? 0);
  if (!row) throw new EditFault(kind === 'placements' ? 'fields' : 'id', `no such row of ${kind}`);
  return row;
}

function findPlacement<R extends { id: number }>(table: Table<R>, fields: Edit['fields']): R | undefined {
  const ids = parents.placements.map(({ field }) => fields[field]);
  const [row] = table.withKey('triple', ids.join('-'));
  return row;
}

function checkRow<K extends KindName>(state: State, kind: K, fields: Record<string, unknown>, edit: Edit): Rows[K] {
  const unknown = Object.keys(fields).find((field) => !(field in rowSchemas[kind].shape));
  if (unknown) throw new EditFault(unknown, `is not a field of ${kind}`);
  const schema: z.ZodType<Rows[K]> = schemas[kind];
  const parsed = schema.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EditFault(issue?.path.join('.') ?? 'fields', issue?.message ?? 'cannot be read');
  }
  if (!edit.dangling)
    for (const { field, kind: parent } of parents[kind])
      if (!state.tables[parent].get(Number(fields[field]))) throw new EditFault(field, `no such row of ${parent}`);
  return parsed.data;
}
