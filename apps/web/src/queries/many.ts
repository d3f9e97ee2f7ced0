import { api } from '@broadstreet-sync/contract';
import { type EntityFields, type KindName, kinds, localIdPattern } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { askBody, ofKind } from '../api/call.ts';
import { keyOf } from '../kinds/entity.ts';
import { messageOf } from '../ui/states.tsx';
import { type EntityPageQuery, listQuery, useRefreshEntities } from './entities.ts';

const atOnce = 6;
const pageSize = 500;
/** More than this nobody means to change by hand. */
export const mostChosen = 5000;

/** Does something with each, a few at once. */
async function forEachOf<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await act(one);
    }),
  );
}

/** Keys of all that fit a list's query, up to {@link mostChosen}. */
export async function readKeys(kind: KindName, query: EntityPageQuery): Promise<string[]> {
  const found: string[] = [];
  for (let page = 1; found.length < mostChosen; page += 1) {
    const asked = listQuery({ ...query, page, limit: pageSize });
    const { items, next } = await askBody(ofKind(api.listProduction, kind), { query: asked });
    found.push(...items.map((entity) => keyOf(kinds[kind], entity)));
    if (next === null) break;
  }
  return found.slice(0, mostChosen);
}

/** Makes local entities of a kind, and tells how many are made. Ends at the first that is refused. */
export function useMakeMany(kind: KindName) {
  const refresh = useRefreshEntities();
  const [made, setMade] = useState<number | null>(null);
  return {
    /** Null as long as nothing is being made. */
    made,
    async make(all: readonly EntityFields[]): Promise<void> {
      setMade(0);
      try {
        await forEachOf(all, async (fields) => {
          await askBody(ofKind(api.createLocal, kind), { body: fields });
          setMade((count) => (count ?? 0) + 1);
        });
      } finally {
        setMade(null);
        await refresh();
      }
    },
  };
}

/** Changes the same fields of many entities, local and remote ones; gives why some could not be, each reason once. */
export function useChangeMany(kind: KindName) {
  const refresh = useRefreshEntities();
  const [changed, setChanged] = useState<number | null>(null);
  return {
    /** Null as long as nothing is being changed. */
    changed,
    async change(all: readonly string[], patch: EntityFields): Promise<readonly string[]> {
      const reasons = new Set<string>();
      setChanged(0);
      await forEachOf(all, async (key) => {
        try {
          const isLocal = localIdPattern.test(key);
          if (isLocal) await askBody(ofKind(api.updateLocal, kind), { params: { _id: key }, body: patch });
          else await askBody(ofKind(api.updateProduction, kind), { params: { id: key }, body: patch });
        } catch (error) {
          reasons.add(messageOf(error));
        }
        setChanged((count) => (count ?? 0) + 1);
      });
      setChanged(null);
      await refresh();
      return [...reasons];
    },
  };
}
