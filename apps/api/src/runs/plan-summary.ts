import type { PlanSummaryView } from '@broadstreet-sync/contract';
import {
  type KindName,
  type PlanCount,
  type PlanSummary,
  permanentOf,
  plannedRequests,
} from '@broadstreet-sync/domain';

/** Of one answer, where a plan needed none to tell (measured with a real account). */
const usualLatencyMs = 280;

type KindCounts = NonNullable<PlanSummaryView['kinds'][KindName]>;

const none: KindCounts = { create: 0, link: 0, update: 0, remove: 0, open: 0, renamed: 0, failed: 0, blocked: 0 };

/** Requests that a plan costs. */
export function requestsOf(counts: readonly PlanCount[]): PlanSummaryView['requests'] {
  const requests = plannedRequests(counts);
  return { ...requests, total: Object.values(requests).reduce((sum, count) => sum + count, 0) };
}

/**
 * How long an export will take: its requests at the present rate, and one answer for each level that waits for another.
 *
 * @param rate requests a second; null: no limit, or not known
 */
export function secondsOf({ counts, latency_ms }: PlanSummary, rate: number | null): number | null {
  if (rate === null) return null;
  const { total } = requestsOf(counts);
  const levels = new Set(counts.map(({ level }) => level)).size;
  return total === 0 ? 0 : Math.ceil(total / rate + (levels * (latency_ms ?? usualLatencyMs)) / 1000);
}

export function summaryView(planned: PlanSummary, rate: number | null, isWhole: boolean): PlanSummaryView {
  const { counts } = planned;
  return {
    permanent: permanentOf(counts),
    requests: requestsOf(counts),
    seconds: secondsOf(planned, rate),
    kinds: kindCounts(counts),
    is_whole: isWhole,
  };
}

function kindCounts(counts: readonly PlanCount[]): PlanSummaryView['kinds'] {
  const byKind: PlanSummaryView['kinds'] = {};
  for (const { kind, action, state, count, renamed } of counts) {
    if (action === 'names' || action === 'look_up') continue;
    const before = byKind[kind] ?? none;
    const sort = state === 'planned' ? action : state;
    byKind[kind] = { ...before, [sort]: before[sort] + count, renamed: before.renamed + renamed };
  }
  return byKind;
}
