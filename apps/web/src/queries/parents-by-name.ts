import { api } from '@broadstreet-sync/contract';
import { type EntityKind, type KindName, kinds, parentField } from '@broadstreet-sync/domain';
import { useQuery } from '@tanstack/react-query';
import { askBody, ofKind } from '../api/call.ts';
import { isLocal } from '../kinds/entity.ts';
import { type CsvLine, nameKey, type ParentsByName } from '../kinds/read-csv.ts';

type Found = ParentsByName extends ReadonlyMap<string, infer Value> ? Value : never;

async function find(kind: KindName, name: string, signal: AbortSignal): Promise<Found> {
  const query = { scope: 'both', name, limit: '2' };
  const { items, total } = await askBody(ofKind(api.listProduction, kind), { query, signal });
  const [entity] = items;
  const { singular } = kinds[kind];
  if (entity === undefined) return { fault: `No ${singular} is called “${name}”` };
  if (total > 1) return { fault: `${total} ${kind} are called “${name}”: give the id` };
  return isLocal(entity) ? entity._id : Number(entity.id);
}

/** Looks up the parents that lines give by name. */
export function useParentsByName(kind: EntityKind, lines: readonly CsvLine[]) {
  const asked = new Map(
    kind.parents.flatMap((parent) =>
      lines.flatMap(({ parentNames }) => {
        const name = parentNames[parentField(parent)];
        return name === undefined ? [] : [[nameKey(parent, name), { parent, name }] as const];
      }),
    ),
  );
  return useQuery({
    queryKey: ['parents by name', [...asked.keys()]],
    queryFn: async ({ signal }) => {
      const found = new Map<string, Found>();
      for (const [key, { parent, name }] of asked) found.set(key, await find(parent, name, signal));
      return found;
    },
  });
}
