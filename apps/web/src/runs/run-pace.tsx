import type { RunView } from '@broadstreet-sync/contract';
import { useEffect, useState } from 'react';
import { describeSeconds } from '../ui/times.tsx';
import { describeShare, hasEnded } from './words.ts';

const waits: Readonly<Record<NonNullable<RunView['waiting']>['for'], string>> = {
  rate_limit: 'Broadstreet asks for a pause: its rate limit is used up',
  breaker: 'Broadstreet does not answer; it is tried again',
  worker: 'No worker is connected: start one with npm run worker, or everything with npm start',
  store: 'The database does not answer',
  late_commits: 'All is done; a last look for requests that Broadstreet may carry out late',
};

/** The present time, every second. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}

/** How fast a run goes, what is left of it, and what it waits for. */
export function RunPace({ run }: { readonly run: RunView }) {
  const isRunning = !hasEnded(run);
  const now = useNow(isRunning);
  const startedAt = Date.parse(run.started_at ?? run.created_at);
  const seconds = ((run.ended_at === null ? now : Date.parse(run.ended_at)) - startedAt) / 1000;
  const rate = seconds > 1 ? (run.requests / seconds).toFixed(1) : null;
  const parts = [
    `${run.requests.toLocaleString()} requests`,
    ...(rate === null ? [] : [`${rate} a second`]),
    ...(run.rate_limited > 0 ? [`${run.rate_limited.toLocaleString()} refused by the rate limit`] : []),
    ...(run.retries > 0 ? [`${run.retries.toLocaleString()} tried again`] : []),
    isRunning ? `for ${describeSeconds(Math.max(0, seconds))}` : `in ${describeSeconds(Math.max(0, seconds))}`,
  ];
  return (
    <div className="grid gap-1 text-[13px] text-soft">
      <p className="tabular-nums">{parts.join(' · ')}</p>
      {isRunning ? <p className="tabular-nums">{estimateOf(run)}</p> : null}
      {run.waiting === null ? null : (
        <p role="status" className="rounded-md bg-warm-soft px-2.5 py-1.5 font-medium text-warm">
          {waits[run.waiting.for]}
          {run.waiting.cause === null ? '' : ` (${run.waiting.cause})`}
          {run.waiting.until === null
            ? '.'
            : `: ${describeSeconds(Math.max(0, (Date.parse(run.waiting.until) - now) / 1000))} more.`}
        </p>
      )}
    </div>
  );
}

function estimateOf(run: RunView): string {
  if (run.status === 'queued') return 'It starts as soon as it can.';
  const share = describeShare(run);
  if (run.eta_seconds === null)
    return share === '' ? 'Being planned: no estimate yet.' : `${share} done; no estimate of the time.`;
  return `${share} done; about ${describeSeconds(run.eta_seconds)} left.`;
}
