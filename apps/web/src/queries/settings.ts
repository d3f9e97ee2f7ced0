import { api } from '@broadstreet-sync/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

/** Where the access token comes from. */
export function useToken() {
  return useQuery({ queryKey: keys.token, queryFn: ({ signal }) => askBody(only(api.getToken), { signal }) });
}

/** Stores another access token. */
export function useSetToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => askBody(only(api.setToken), { body: { token } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.settings }),
  });
}
