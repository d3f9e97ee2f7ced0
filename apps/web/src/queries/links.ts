import { api } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askBody, ofKind } from '../api/call.ts';
import { useRefreshEntities } from './entities.ts';
import { keys } from './keys.ts';

/** Remote entities that a local one could be. */
export function useCandidates(kind: KindName, id: string) {
  return useQuery({
    queryKey: keys.candidates(kind, id),
    queryFn: ({ signal }) => askBody(ofKind(api.listCandidates, kind), { params: { _id: id }, signal }),
  });
}

export interface LinkWish {
  readonly id: string;
  readonly remoteId: number | string;
  /** What differs here becomes an edit; else what is there wins. */
  readonly keepLocal: boolean;
}

/** Takes a remote entity for a local one, instead of creating it again. */
export function useLink(kind: KindName) {
  const client = useQueryClient();
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: ({ id, remoteId, keepLocal }: LinkWish) =>
      ask(ofKind(api.linkLocal, kind), {
        params: { _id: id },
        body: { remote_id: remoteId, keep_local: keepLocal },
      }),
    onSuccess: (linked, { id }) => {
      // It is local no more, and has no candidates to look for.
      client.setQueryData(keys.entity(kind, id), linked);
      return refresh();
    },
  });
}
