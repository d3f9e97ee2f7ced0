import { api, cursorAt } from '@broadstreet-sync/contract';
import { isEnough, type Role } from '@broadstreet-sync/domain';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';

export const keyPageSize = 50;
export const auditPageSize = 50;

/** Who is here, and what he may. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: ({ signal }) => askBody(only(api.getSession), { signal }),
  });
}

/** Whether who is here may do what asks for a role; not before that is known. */
export function useMay(needed: Role): boolean {
  const { data } = useSession();
  return data !== undefined && data.role !== null && isEnough(data.role, needed);
}

/** Logs in: everything that was refused before is asked for again. */
export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => askBody(only(api.logIn), { body: { key } }),
    onSuccess: (session) => {
      client.setQueryData(keys.session, session);
      void client.invalidateQueries();
    },
  });
}

/** Logs out: nothing of what was read stays on the page. */
export function useLogOut() {
  return useMutation({
    mutationFn: () => askBody(only(api.logOut)),
    onSuccess: () => location.assign('/'),
  });
}

export function useKeys(page: number) {
  const cursor = page > 1 ? cursorAt((page - 1) * keyPageSize) : undefined;
  const query = { limit: String(keyPageSize), cursor };
  return useQuery({
    queryKey: keys.accessKeys(query),
    queryFn: ({ signal }) => askBody(only(api.listKeys), { query, signal }),
    placeholderData: keepPreviousData,
  });
}

function useRefreshKeys(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: keys.allAccessKeys });
    void client.invalidateQueries({ queryKey: keys.audit });
  };
}

export function useCreateKey() {
  const refresh = useRefreshKeys();
  return useMutation({
    mutationFn: (body: { name: string; role: Role }) => askBody(only(api.createKey), { body }),
    onSettled: refresh,
  });
}

export function useRevokeKey() {
  const refresh = useRefreshKeys();
  return useMutation({
    mutationFn: (id: string) => askBody(only(api.revokeKey), { params: { id } }),
    onSettled: refresh,
  });
}

/** A page of who did what. */
export function useAudit(name: string | undefined, page: number) {
  const cursor = page > 1 ? cursorAt((page - 1) * auditPageSize) : undefined;
  const query = { name, limit: String(auditPageSize), cursor };
  return useQuery({
    queryKey: [...keys.audit, query],
    queryFn: ({ signal }) => askBody(only(api.listAudit), { query, signal }),
    placeholderData: keepPreviousData,
  });
}
