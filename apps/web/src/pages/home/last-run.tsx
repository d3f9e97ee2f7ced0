import type { RunView } from '@broadstreet-sync/contract';
import { Link } from '@tanstack/react-router';
import { RunStatus } from '../../runs/run-status.tsx';
import { describeChanges, refusedOf } from '../../runs/words.ts';
import { Card, CardHead } from '../../ui/card.tsx';
import { Waiting } from '../../ui/states.tsx';
import { describeSeconds, Time } from '../../ui/times.tsx';

interface LastRunProps {
  readonly title: string;
  /** Null: there was none; undefined: not known yet. */
  readonly run: RunView | null | undefined;
  readonly otherwise: string;
}

/** How the last run of a sort has ended. */
export function LastRun({ title, run, otherwise }: LastRunProps) {
  return (
    <Card>
      <CardHead title={title}>{run == null ? undefined : <RunStatus run={run} />}</CardHead>
      {run === undefined ? <Waiting lines={2} /> : null}
      {run === null ? <p className="p-4 text-soft">{otherwise}</p> : null}
      {run == null ? null : (
        <div className="grid gap-1 p-4">
          <p className="text-[15px] font-medium">{describeChanges(run)}</p>
          <p className="text-soft">
            <Time at={run.ended_at ?? run.created_at} />, {run.requests.toLocaleString()} requests
            {durationOf(run)}
          </p>
          {refusedOf(run) > 0 ? <p className="text-bad">{refusedOf(run).toLocaleString()} failed or blocked</p> : null}
          <Link to="/runs/$id" params={{ id: run.id }} className="justify-self-start text-accent hover:underline">
            Look at it
          </Link>
        </div>
      )}
    </Card>
  );
}

function durationOf({ started_at, ended_at }: RunView): string {
  if (started_at === null || ended_at === null) return '';
  return ` in ${describeSeconds((Date.parse(ended_at) - Date.parse(started_at)) / 1000)}`;
}
