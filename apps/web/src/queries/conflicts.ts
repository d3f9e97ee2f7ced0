import { api, type ConflictView, cursorAt } from '@broadstreet-sync/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { useRefreshEntities } from './entities.ts';
import { keys } from './keys.ts';
import { rootOf } from './root-of.ts';

export const conflictPageSize = 20;
export type Side = 'local' | 'remote';

/** A page of what was edited here and there. */
export function useConflicts(page: number, network: number | null) {
  const cursor = page > 1 ? cursorAt((page - 1) * conflictPageSize) : undefined;
  const query = { limit: String(conflictPageSize), cursor, ...rootOf(network) };
  return useQuery({
    queryKey: keys.conflicts(query),
    queryFn: ({ signal }) => askBody(only(api.listConflicts), { query, signal }),
    placeholderData: keepPreviousData,
  });
}

interface ConflictDecision {
  readonly id: string;
  /** Of the entity: nothing else is decided about than what was seen. */
  readonly revision: number;
  readonly fields: Readonly<Record<string, Side>>;
}

/** Decides about fields of one entity. */
export function useResolveConflict() {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: ({ id, revision, fields }: ConflictDecision) =>
      askBody(only(api.resolveConflict), { params: { id }, body: { fields }, ifMatch: `"${revision}"` }),
    onSettled: refresh,
  });
}

/** Decides about all that is open in a network; null: in all. */
export function useResolveConflicts(network: number | null) {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: (all: Side) =>
      askBody(only(api.resolveConflicts), { body: { all, ...(network === null ? {} : { root: network }) } }),
    onSettled: refresh,
  });
}

/** What the card of a conflict needs of it. */
export type ShownConflict = Pick<ConflictView, 'id' | 'fields' | 'revision'>;
