import { api } from '@broadstreet-sync/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';

const everyMs = 5000;

/** How the API and its workers were started. */
export function useSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => askBody(only(api.getSettings), { signal }),
    refetchInterval: everyMs,
  });
}

/** Tries the connection to Broadstreet. */
export function useConnectionTest() {
  return useMutation({ mutationFn: () => askBody(only(api.testConnection)) });
}
