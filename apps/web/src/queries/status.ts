import { api } from '@broadstreet-sync/contract';
import { useQuery } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';
import { rootOf } from './root-of.ts';

const everyMs = 15_000;

/** Whose account this is, and who works for it. */
export function useStatus() {
  return useQuery({
    queryKey: keys.status,
    queryFn: ({ signal }) => askBody(only(api.getStatus), { signal }),
    refetchInterval: everyMs,
  });
}

/** What there is of each kind. */
export function useOverview(network: number | null) {
  return useQuery({
    queryKey: keys.overview(network),
    queryFn: ({ signal }) => askBody(only(api.getOverview), { query: rootOf(network), signal }),
    refetchInterval: everyMs * 2,
  });
}
