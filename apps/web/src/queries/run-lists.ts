import { api } from '@broadstreet-sync/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';
import { type RunListQuery, runListQuery } from './runs.ts';

const mostErrors = 500;

/** What failed or was blocked in a run; the first of them. */
export function useRunErrors(id: string) {
  const query = runListQuery({ limit: mostErrors });
  return useQuery({
    queryKey: keys.runList(id, 'errors', query),
    queryFn: ({ signal }) => askBody(only(api.listErrors), { params: { id }, query, signal }),
  });
}

export function useRunTasks(id: string, asked: RunListQuery) {
  const query = runListQuery(asked);
  return useQuery({
    queryKey: keys.runList(id, 'tasks', query),
    queryFn: ({ signal }) => askBody(only(api.listTasks), { params: { id }, query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useRunChanges(id: string, asked: RunListQuery) {
  const query = runListQuery(asked);
  return useQuery({
    queryKey: keys.runList(id, 'changes', query),
    queryFn: ({ signal }) => askBody(only(api.listChanges), { params: { id }, query, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Lists that a run does not publish until a person confirms them. */
export function useHeldLists(id: string, asked: RunListQuery) {
  const query = { ...runListQuery(asked), state: 'held' as const };
  return useQuery({
    queryKey: keys.runList(id, 'held', query),
    queryFn: ({ signal }) => askBody(only(api.listHeld), { params: { id }, query, signal }),
    placeholderData: keepPreviousData,
  });
}

function planUndo(id: string, signal: AbortSignal) {
  return askBody(only(api.undoRun), { params: { id }, body: { dry_run: true }, signal });
}

/** What the undo of an export would do. */
export function useUndoPlan(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: keys.runList(id, 'undo', null),
    queryFn: async ({ signal }) => {
      const plan = await planUndo(id, signal);
      if (!('removed' in plan)) throw new Error('This is no plan of an undo of an export.');
      return plan;
    },
    enabled: isWanted,
    staleTime: 0,
  });
}

/** What the undo of an import would do. */
export function useRevertPlan(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: keys.runList(id, 'revert', null),
    queryFn: async ({ signal }) => {
      const plan = await planUndo(id, signal);
      if (!('stays_total' in plan)) throw new Error('This is no plan of an undo of an import.');
      return plan;
    },
    enabled: isWanted,
    staleTime: 0,
  });
}
