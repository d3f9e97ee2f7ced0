import { normalizeName } from './names.ts';
import { type KindName, kindNames, parents } from './rows.ts';
import { type State, tripleKey } from './state.ts';

/** Rows of one kind under one parent that share a normalised name; placements that share their three parents. */
export interface DuplicateGroup {
  kind: KindName;
  parent: Record<string, number>;
  /** The normalised name, or the placement's three ids. */
  name: string;
  rows: { id: number; name: string | null; origin: 'seed' | 'api' | 'edit' }[];
  /** Rows of the group that were created over the API. */
  created: number;
}

/** All duplicates; `created` counts the rows that the API made where there was one already. */
export function findDuplicates(state: State): { groups: DuplicateGroup[]; created: number } {
  const groups = kindNames.flatMap((kind) => groupsOf(state, kind));
  const surplus = groups.map(({ rows, created }) => Math.min(created, rows.length - 1));
  return { groups, created: surplus.reduce((sum, count) => sum + count, 0) };
}

function groupsOf(state: State, kind: KindName): DuplicateGroup[] {
  const [nameParent] = parents[kind];
  const found = new Map<string, DuplicateGroup>();
  for (const row of state.tables[kind].all()) {
    const fields: Record<string, unknown> = row;
    const parentField = kind === 'placements' ? undefined : nameParent?.field;
    const parentId = parentField ? Number(fields[parentField]) : 0;
    const name = 'name' in row ? normalizeName(row.name) : tripleKey(row);
    const key = `${parentId}:${name}`;
    const group = found.get(key) ?? {
      kind,
      parent: parentField ? { [parentField]: parentId } : {},
      name,
      rows: [],
      created: 0,
    };
    found.set(key, group);
    const origin = state.origin(kind, row.id);
    group.rows.push({ id: row.id, name: 'name' in row ? row.name : null, origin });
    if (origin === 'api') group.created++;
  }
  return [...found.values()].filter(({ rows }) => rows.length > 1);
}
