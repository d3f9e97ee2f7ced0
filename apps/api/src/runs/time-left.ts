/** How fast the requests of a run go. Times in ms. */
export interface Pace {
  /** Requests a second that are allowed; null: without a limit. */
  readonly allowed: number | null;
  readonly latencyMs: number | null;
  readonly workers: number;
  /** Runs that share it, this one among them. */
  readonly runs: number;
  /** Requests of this run within the last minute, or since it began where that is later. */
  readonly recent: number;
  readonly recentMs: number;
  /** Nothing is sent before that. */
  readonly waitMs: number;
}

/** Before any was measured (a real account: 0.28 s). */
const usualLatencyMs = 300;
/** Of one worker process without a limit: requests at once, and a second. */
const [mostAtOnce, mostPerSecond] = [64, 500];
const minuteMs = 60_000;
/** Fewer requests, or a shorter time, say nothing about the speed. */
const [leastRequests, leastMs] = [10, 10_000];

/**
 * Seconds that requests will take: at the allowed rate first, and more and more at the speed that the run has, which is
 * less where something else is the limit; a latency for each level, and the wait that is on. Pure.
 *
 * @returns null without a worker
 */
export function secondsLeft(requests: number, levels: number, pace: Pace): number | null {
  const { latencyMs, workers, waitMs } = pace;
  if (workers === 0) return null;
  const speed = speedOf(pace);
  const latency = (latencyMs ?? usualLatencyMs) / 1000;
  return Math.ceil(waitMs / 1000 + requests / speed + levels * latency);
}

function speedOf({ allowed, latencyMs, workers, runs, recent, recentMs }: Pace): number {
  const latency = (latencyMs ?? usualLatencyMs) / 1000;
  const possible = allowed ?? workers * Math.min(mostPerSecond, mostAtOnce / Math.max(latency, 0.001));
  const share = possible / Math.max(1, runs);
  if (recent < leastRequests || recentMs < leastMs) return share;
  const seen = Math.min(possible, (recent * 1000) / recentMs);
  const weight = Math.min(1, recentMs / minuteMs);
  return weight * seen + (1 - weight) * share;
}
