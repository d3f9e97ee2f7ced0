import { api } from '@broadstreet-sync/contract';
import type { EntityFields, KindName } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { askBody, ofKind } from '../api/call.ts';
import { useRefreshEntities } from './entities.ts';

const atOnce = 6;

/** Makes local entities of a kind, a few at once, and tells how many are made. Ends at the first that is refused. */
export function useMakeMany(kind: KindName) {
  const refresh = useRefreshEntities();
  const [made, setMade] = useState<number | null>(null);
  return {
    /** Null as long as nothing is being made. */
    made,
    async make(all: readonly EntityFields[]): Promise<void> {
      setMade(0);
      const left = [...all];
      try {
        await Promise.all(
          Array.from({ length: atOnce }, async () => {
            for (let fields = left.shift(); fields !== undefined; fields = left.shift()) {
              await askBody(ofKind(api.createLocal, kind), { body: fields });
              setMade((count) => (count ?? 0) + 1);
            }
          }),
        );
      } finally {
        setMade(null);
        await refresh();
      }
    },
  };
}
