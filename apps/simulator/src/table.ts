/** Rows of one kind by id, with the rows of each parent at hand: no request scans a table. */
export interface Table<R extends { id: number }> {
  size(): number;
  get(id: number): R | undefined;
  all(): Iterable<R>;
  /** The rows whose `field`, one of the table's parent fields, is `parentId`, in the order they came in. */
  where(field: string, parentId: number): Iterable<R>;
  countWhere(field: string, parentId: number): number;
  /** The rows that have `value` under a key; the index of a key is built when it is first asked for. */
  withKey(key: string, value: string): Iterable<R>;
  /** Puts a row in the place of the one of its id, or at the end. */
  put(row: R): void;
  remove(id: number): void;
}

export interface TableShape<R> {
  parents: Record<string, (row: R) => number>;
  /** Null: the row has no such key. */
  keys: Record<string, (row: R) => string | null>;
}

export function createTable<R extends { id: number }>(shape: TableShape<R>): Table<R> {
  const rows = new Map<number, R>();
  const byParent = new Map(Object.keys(shape.parents).map((field) => [field, new Map<number, Map<number, R>>()]));
  const byKey = new Map<string, Map<string, Map<number, R>>>();

  function group(field: string, parentId: number): Map<number, R> | undefined {
    const index = byParent.get(field);
    if (!index) throw new Error(`no index on ${field}`);
    return index.get(parentId);
  }

  function keyIndex(key: string): Map<string, Map<number, R>> {
    const known = byKey.get(key);
    if (known) return known;
    const keyOf = shape.keys[key];
    if (!keyOf) throw new Error(`no key ${key}`);
    const built = new Map<string, Map<number, R>>();
    for (const row of rows.values()) addTo(built, keyOf(row), row);
    byKey.set(key, built);
    return built;
  }

  function unlink(old: R, next: R | undefined): void {
    for (const [field, parentOf] of Object.entries(shape.parents))
      if (!next || parentOf(next) !== parentOf(old)) dropFrom(byParent.get(field), parentOf(old), old.id);
    for (const [key, index] of byKey) dropFrom(index, shape.keys[key]?.(old) ?? null, old.id);
  }

  return {
    size: () => rows.size,
    get: (id) => rows.get(id),
    all: () => rows.values(),
    where: (field, parentId) => group(field, parentId)?.values() ?? [],
    countWhere: (field, parentId) => group(field, parentId)?.size ?? 0,
    withKey: (key, value) => keyIndex(key).get(value)?.values() ?? [],
    put(row) {
      const old = rows.get(row.id);
      if (old) unlink(old, row);
      rows.set(row.id, row);
      for (const [field, parentOf] of Object.entries(shape.parents)) addTo(byParent.get(field), parentOf(row), row);
      for (const [key, index] of byKey) addTo(index, shape.keys[key]?.(row) ?? null, row);
    },
    remove(id) {
      const old = rows.get(id);
      if (!old) return;
      unlink(old, undefined);
      rows.delete(id);
    },
  };
}

function addTo<G, R extends { id: number }>(index: Map<G, Map<number, R>> | undefined, at: G | null, row: R): void {
  if (!index || at === null) return;
  const group = index.get(at);
  if (group) group.set(row.id, row);
  else index.set(at, new Map([[row.id, row]]));
}

function dropFrom<G, R>(index: Map<G, Map<number, R>> | undefined, at: G | null, id: number): void {
  if (!index || at === null) return;
  const group = index.get(at);
  group?.delete(id);
  if (group?.size === 0) index.delete(at);
}
