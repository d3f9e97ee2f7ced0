import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { ConnectionTest } from '../../connection/connection-test.tsx';
import { useStatus } from '../../queries/status.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';

function Line({ isGood, children }: { readonly isGood: boolean; readonly children: ReactNode }) {
  const Icon = isGood ? CircleCheck : CircleAlert;
  return (
    <li className="flex items-start gap-2">
      <Icon className={isGood ? 'mt-0.5 size-4 shrink-0 text-good' : 'mt-0.5 size-4 shrink-0 text-bad'} aria-hidden />
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}

/** Whose account this is, and who works for it. */
export function ConnectionCard() {
  const { data, error, refetch } = useStatus();
  if (error !== null && data === undefined) {
    return (
      <Card>
        <Failure error={error} onRetry={() => void refetch()} />
      </Card>
    );
  }
  return (
    <Card>
      <CardHead title="Connection">
        {data === undefined ? undefined : (
          <Badge tone={data.account.mode === 'demo' ? 'accent' : 'bad'}>{data.account.mode.toUpperCase()}</Badge>
        )}
      </CardHead>
      {data === undefined ? (
        <Waiting lines={2} />
      ) : (
        <ul className="grid gap-1.5 p-4">
          <Line isGood>
            {data.account.mode === 'demo' ? 'A simulated account at' : 'The account at'} {data.account.host}
            {data.account.networks === null ? ', all networks' : `, networks ${data.account.networks.join(', ')}`}
          </Line>
          <Line isGood={data.workers !== null && data.workers > 0}>{describeWorkers(data.workers)}</Line>
          {data.read_only ? <Line isGood={false}>Read only: nothing is exported (BROADSTREET_READ_ONLY)</Line> : null}
        </ul>
      )}
      <div className="px-4 pb-4">
        <ConnectionTest />
      </div>
    </Card>
  );
}

function describeWorkers(workers: number | null): string {
  if (workers === null) return 'Redis does not answer: runs are kept, and start when it is back';
  if (workers === 0) return 'No worker is connected: nothing runs. Start one with npm run worker';
  return `${workers} ${workers === 1 ? 'worker' : 'workers'} connected`;
}
