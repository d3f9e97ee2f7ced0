import type { SyncLogView } from '@broadstreet-sync/contract';
import { type KindName, kindNames, levels } from '@broadstreet-sync/domain';

/** How runs of a kind went. */
export interface KindFigures {
  readonly kind: KindName;
  readonly runs: number;
  readonly succeeded: number;
  readonly entities: number;
  readonly errors: number;
  readonly meanSeconds: number;
}

/** One run, over all of its kinds. */
export interface RunFigures {
  readonly runId: string;
  readonly at: string;
  readonly operation: SyncLogView['operation'];
  readonly seconds: number;
  readonly requests: number;
  readonly rateLimited: number;
  readonly waitedSeconds: number;
}

const msPerSecond = 1000;

/** Figures by kind, in the order of kinds; kinds that nothing was done for are left out. Pure. */
export function figuresByKind(logs: readonly SyncLogView[]): KindFigures[] {
  const byKind = Map.groupBy(logs, ({ entity_type }) => entity_type);
  return kindNames.flatMap((kind) => {
    const found = byKind.get(kind) ?? [];
    if (found.length === 0) return [];
    const sum = (of: (log: SyncLogView) => number) => found.reduce((total, log) => total + of(log), 0);
    return [
      {
        kind,
        runs: found.length,
        succeeded: found.filter(({ success }) => success).length,
        entities: sum((log) => log.entities_processed),
        errors: sum((log) => log.errors),
        meanSeconds: sum((log) => log.duration) / found.length / msPerSecond,
      },
    ];
  });
}

/** One level goes after the other, and takes as long as its slowest kind. */
function secondsOf(logs: readonly SyncLogView[]): number {
  const slowest = levels.map((level) => {
    const names = new Set(level.map(({ name }) => name));
    return Math.max(0, ...logs.filter(({ entity_type }) => names.has(entity_type)).map(({ duration }) => duration));
  });
  return slowest.reduce((sum, duration) => sum + duration, 0) / msPerSecond;
}

/** Figures by run, the oldest first. Pure. */
export function figuresByRun(logs: readonly SyncLogView[]): RunFigures[] {
  const byRun = Map.groupBy(logs, ({ run_id }) => run_id);
  return [...byRun]
    .map(([runId, found]) => {
      const [first] = found;
      return {
        runId,
        at: first?.timestamp ?? '',
        operation: first?.operation ?? ('import' as const),
        seconds: secondsOf(found),
        requests: found.reduce((sum, { requests }) => sum + requests, 0),
        rateLimited: found.reduce((sum, { rate_limited }) => sum + rate_limited, 0),
        waitedSeconds: found.reduce((sum, { waited_ms }) => sum + waited_ms, 0) / msPerSecond,
      };
    })
    .sort((a, b) => a.at.localeCompare(b.at));
}
