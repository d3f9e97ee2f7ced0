import { api, cursorAt, type HistoryEntryView } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';
import { rootOf } from './root-of.ts';

export const historyPageSize = 50;

export interface HistoryFilter {
  readonly kind: KindName | undefined;
  readonly operation: HistoryEntryView['operation'] | undefined;
  /** ISO time. */
  readonly from: string | undefined;
  readonly network: number | null;
}

/** The query of the history's route. */
export function historyQuery({ kind, operation, from, network }: HistoryFilter) {
  return { kind, operation, from, ...rootOf(network) };
}

/** A page of what was changed of all entities. */
export function useAllHistory(filter: HistoryFilter, page: number) {
  const cursor = page > 1 ? cursorAt((page - 1) * historyPageSize) : undefined;
  const query = { ...historyQuery(filter), limit: String(historyPageSize), cursor };
  return useQuery({
    queryKey: keys.history(query),
    queryFn: ({ signal }) => askBody(only(api.listAllHistory), { query, signal }),
    placeholderData: keepPreviousData,
  });
}

export const duplicatePageSize = 50;

/** A page of names that are given more than once. */
export function useDuplicates(kind: KindName | undefined, network: number | null, page: number) {
  const cursor = page > 1 ? cursorAt((page - 1) * duplicatePageSize) : undefined;
  const query = { kind, ...rootOf(network), limit: String(duplicatePageSize), cursor };
  return useQuery({
    queryKey: keys.duplicates(query),
    queryFn: ({ signal }) => askBody(only(api.listDuplicates), { query, signal }),
    placeholderData: keepPreviousData,
  });
}
