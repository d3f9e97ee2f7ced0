import { api, cursorAt } from '@broadstreet-sync/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { ask, askBody, only } from '../api/call.ts';
import { keys } from './keys.ts';
import { rootOf } from './root-of.ts';

export const schedulePageSize = 25;
const everyMs = 5000;

/** A page of schedules, with what came of them last. */
export function useSchedules(network: number | null, page: number) {
  const cursor = page > 1 ? cursorAt((page - 1) * schedulePageSize) : undefined;
  const query = { ...rootOf(network), limit: String(schedulePageSize), cursor };
  return useQuery({
    queryKey: keys.schedulePage(query),
    queryFn: ({ signal }) => askBody(only(api.listSchedules), { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  });
}

/** A schedule as it is when somebody begins to change it; null: none is asked for. */
export function useSchedule(id: string | null) {
  return useQuery({
    queryKey: keys.schedule(id ?? ''),
    queryFn: ({ signal }) => ask(only(api.getSchedule), { params: { id: id ?? '' }, signal }),
    enabled: id !== null,
    // Asked for anew each time that somebody begins.
    gcTime: 0,
  });
}

const input = () => only(api.createSchedule).body;
export type ScheduleWish = z.input<ReturnType<typeof input>>;

interface Saved {
  /** Null: it is made. */
  readonly id: string | null;
  /** Of what was seen when the change began. */
  readonly etag?: string | undefined;
  readonly body: ScheduleWish;
}

function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.schedules });
}

/** Makes a schedule, or takes another in its place. */
export function useSaveSchedule() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, etag, body }: Saved) =>
      id === null
        ? askBody(only(api.createSchedule), { body })
        : askBody(only(api.replaceSchedule), { params: { id }, body, ifMatch: etag }),
    onSuccess: refresh,
  });
}

/** What one press does with a schedule. */
export type ScheduleAct = 'pause' | 'resume' | 'delete';

export function useScheduleAct() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ act, id }: { readonly act: ScheduleAct; readonly id: string }) => {
      const asked = { params: { id } };
      if (act === 'pause') await askBody(only(api.pauseSchedule), asked);
      else if (act === 'resume') await askBody(only(api.resumeSchedule), asked);
      else await askBody(only(api.removeSchedule), asked);
    },
    onSettled: refresh,
  });
}
