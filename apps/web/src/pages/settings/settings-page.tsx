import type { SettingsView } from '@broadstreet-sync/contract';
import type { ReactNode } from 'react';
import { ConnectionTest } from '../../connection/connection-test.tsx';
import { useSettings } from '../../queries/settings.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Page } from '../../ui/page.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';
import { TokenSetting } from './token-setting.tsx';
import { WorkersCard } from './workers-card.tsx';

/** Where the API and its workers stand. They are set where they are started, and shown here. */
export function SettingsPage() {
  const { data, error, refetch } = useSettings();
  return (
    <Page
      name="Settings"
      lead="How the API and its workers were started. They are set in the environment or in .env, where what stands in capitals here is a name; start again to change them."
    >
      {error !== null && data === undefined ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {error === null && data === undefined ? <Waiting /> : null}
      {data === undefined ? null : (
        <>
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <AccountCard settings={data} />
            <div className="grid gap-4">
              <RequestsCard settings={data} />
              <StoresCard settings={data} />
            </div>
          </div>
          <WorkersCard settings={data} />
        </>
      )}
    </Page>
  );
}

interface SettingProps {
  readonly title: string;
  /** Of the setting; none for what is not set but found. */
  readonly variable?: string;
  readonly children: ReactNode;
}

function Setting({ title, variable, children }: SettingProps) {
  return (
    <div className="grid gap-x-3 border-b py-2 last:border-0 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <dt className="text-soft">
        {title}
        {variable === undefined ? null : <span className="block font-mono text-xs">{variable}</span>}
      </dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function AccountCard({ settings: { account, api } }: { readonly settings: SettingsView }) {
  return (
    <Card>
      <CardHead title="Account">
        <Badge tone={account.mode === 'demo' ? 'accent' : 'bad'}>{account.mode.toUpperCase()}</Badge>
      </CardHead>
      <dl className="px-4 py-2">
        <Setting title="Address" variable="BROADSTREET_API_URL">
          {api.base_url}
        </Setting>
        <Setting title="Access token" variable="BROADSTREET_ACCESS_TOKEN">
          <TokenSetting hasToken={api.has_token} />
        </Setting>
        <Setting title="Networks" variable="BROADSTREET_NETWORKS">
          {account.networks === null ? 'all' : account.networks.join(', ')}
        </Setting>
        <Setting title="Writes" variable="BROADSTREET_READ_ONLY">
          {api.read_only ? 'refused: nothing is exported' : 'allowed'}
        </Setting>
      </dl>
      <div className="border-t p-4">
        <ConnectionTest />
      </div>
    </Card>
  );
}

function RequestsCard({ settings: { api, now } }: { readonly settings: SettingsView }) {
  return (
    <Card>
      <CardHead title="Requests" />
      <dl className="px-4 py-2">
        <Setting title="Requests a second" variable="BROADSTREET_RATE">
          {api.rate === 'auto' ? `auto: found by trying, at most ${api.rate_max} (BROADSTREET_RATE_MAX)` : api.rate}
        </Setting>
        <Setting title="Just now">{describeRate(now)}</Setting>
        {now.paused_until === null ? null : (
          <Setting title="Paused by a 429">
            until <Time at={now.paused_until} />
          </Setting>
        )}
        <Setting title="Longest time of one" variable="BROADSTREET_TIMEOUT_MS">
          {(api.timeout_ms / 1000).toLocaleString()} s
        </Setting>
      </dl>
    </Card>
  );
}

function describeRate({ rate }: SettingsView['now']): string {
  return rate === null ? 'no limit, or not known yet' : `${rate.toLocaleString()} a second`;
}

function StoresCard({ settings: { api } }: { readonly settings: SettingsView }) {
  return (
    <Card>
      <CardHead title="Stores" />
      <dl className="px-4 py-2">
        <Setting title="MongoDB" variable="MONGODB_URI">
          {api.mongodb}
        </Setting>
        <Setting title="Redis" variable="REDIS_URL">
          {api.redis}
        </Setting>
        <Setting title="Prefix of all keys in Redis" variable="QUEUE_PREFIX">
          {api.queue_prefix}
        </Setting>
        <Setting title="History is kept for" variable="HISTORY_DAYS">
          {api.history_days.toLocaleString()} days
        </Setting>
      </dl>
    </Card>
  );
}
