import { api, cursorAt, type RunView } from '@broadstreet-sync/contract';
import type { KindName } from '@broadstreet-sync/domain';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { askBody, ofKind, only } from '../api/call.ts';
import { ProblemError } from '../api/problem.ts';
import { hasEnded } from '../runs/words.ts';
import { keys } from './keys.ts';
import { noteRun } from './live-runs.ts';
import { rootOf } from './root-of.ts';

export const runPageSize = 25;
const slowlyMs = 5000;

export interface RunFilter {
  readonly operation?: RunView['operation'] | undefined;
  readonly status?: RunView['status'] | undefined;
  /** Only those of this schedule. */
  readonly schedule?: string | undefined;
  /** Without the runs that were limited to another; null: all. */
  readonly network: number | null;
  /** From 1. */
  readonly page: number;
}

export function useRuns({ operation, status, schedule, network, page }: RunFilter) {
  const cursor = page > 1 ? cursorAt((page - 1) * runPageSize) : undefined;
  const query = { operation, status, schedule, limit: String(runPageSize), cursor, ...rootOf(network) };
  return useQuery({
    queryKey: keys.runPage(query),
    queryFn: ({ signal }) => askBody(only(api.listRuns), { query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useRun(id: string | null) {
  return useQuery({
    queryKey: keys.run(id ?? ''),
    queryFn: ({ signal }) => askBody(only(api.getRun), { params: { id: id ?? '' }, signal }),
    enabled: id !== null,
    // Events tell of it sooner; this is for when they do not come.
    refetchInterval: ({ state }) => (state.data === undefined || hasEnded(state.data) ? false : slowlyMs),
  });
}

/** Which part of a run's lists is asked for. */
export interface RunListQuery {
  readonly kind?: KindName | undefined;
  readonly limit?: number;
  /** From 1. */
  readonly page?: number;
}

export function runListQuery({ kind, limit = runPageSize, page = 1 }: RunListQuery) {
  return { kind, limit: String(limit), cursor: page > 1 ? cursorAt((page - 1) * limit) : undefined };
}

type ExportWish = NonNullable<z.input<ReturnType<typeof exportBody>>>;
/** What an import can be told. */
export type ImportWish = NonNullable<z.input<ReturnType<typeof importBody>>>;
const exportBody = () => only(api.syncLocalAll).body;
const importBody = () => only(api.syncAll).body;

/** What failed of a run, as its errors name it. */
export interface RetriedTask {
  readonly kind: KindName;
  readonly subject: string;
}

/** What a press of a button starts: an import, an export, or what a run offers. */
export type RunWish =
  /** Of all kinds, or of one. */
  | { readonly start: 'import'; readonly kind?: KindName; readonly body: ImportWish }
  /** Waits behind an export that is under way. */
  | { readonly start: 'export'; readonly body: ExportWish }
  /** Of all that failed, or of some of it. */
  | { readonly start: 'retry'; readonly id: string; readonly only?: readonly RetriedTask[] }
  | { readonly start: 'undo'; readonly id: string }
  /** Runs now what a schedule runs. */
  | { readonly start: 'schedule'; readonly id: string }
  /** Has what a dry run of an import found published. */
  | { readonly start: 'publish'; readonly id: string }
  /** Has held lists published that a person believes. */
  | { readonly start: 'confirm'; readonly id: string; readonly scopes: readonly string[] };

async function startRun(wish: RunWish): Promise<RunView> {
  if (wish.start === 'import' && wish.kind !== undefined) {
    return askBody(ofKind(api.syncKind, wish.kind), { body: wish.body });
  }
  if (wish.start === 'import') return askBody(only(api.syncAll), { body: wish.body });
  if (wish.start === 'export') return askBody(only(api.syncLocalAll), { body: wish.body, query: { queue: 'true' } });
  const params = { id: wish.id };
  if (wish.start === 'retry') {
    const body = wish.only === undefined ? {} : { only: [...wish.only] };
    return askBody(only(api.retryRun), { params, body });
  }
  if (wish.start === 'schedule') return askBody(only(api.runSchedule), { params, query: { queue: 'true' } });
  if (wish.start === 'publish') return askBody(only(api.publishRun), { params });
  if (wish.start === 'confirm') return askBody(only(api.confirmRun), { params, body: { scopes: [...wish.scopes] } });
  const answer = await askBody(only(api.undoRun), { params, body: {} });
  if ('status' in answer) return answer;
  throw new Error('The undo was only planned.');
}

const planPage = 200;

/** What a dry run of an export would send. */
export function usePlan(id: string, isWanted: boolean, query: RunListQuery = {}) {
  const asked = runListQuery({ limit: planPage, ...query });
  return useQuery({
    queryKey: keys.runList(id, 'plan', asked),
    queryFn: ({ signal }) => askBody(only(api.getPlan), { params: { id }, query: asked, signal }),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  });
}

/** Starts a run. */
export function useStartRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: startRun,
    onSuccess: (run) => {
      noteRun(client, run);
      return client.invalidateQueries({ queryKey: keys.runs });
    },
  });
}

export function useCancelRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => askBody(only(api.cancelRun), { params: { id } }),
    onSuccess: (run) => client.setQueryData(keys.run(run.id), run),
  });
}

/** The run that a refusal names as the one under way. */
export function runInTheWay(error: unknown): RunView | null {
  if (!(error instanceof ProblemError) || error.code !== 'run_in_progress') return null;
  const parsed = only(api.getRun).answers[200].body.safeParse(error.body.run);
  return parsed.success ? parsed.data : null;
}
