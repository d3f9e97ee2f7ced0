import { type AccountView, api, type SettingsView } from '@broadstreet-sync/contract';
import type { Store } from '@broadstreet-sync/store';
import { type Binding, bind, reply } from '../http/bind.ts';
import type { ApiParts } from '../parts.ts';
import { testConnection } from './test-connection.ts';

interface SettingsParts extends Pick<ApiParts, 'remote' | 'situation' | 'networks' | 'readRate' | 'tokens'> {
  readonly store: Pick<Store, 'presence' | 'production'>;
  readonly readAccount: () => AccountView;
}

/** What shows how the processes were started, and tries the connection to Broadstreet. */
export function bindSettings(parts: SettingsParts): Binding[] {
  return [
    ...bind(api.getSettings, async () => reply(200, await readSettings(parts))),
    ...bind(api.testConnection, async () => reply(200, await testConnection(parts))),
  ];
}

async function readSettings({ store, situation, readRate, readAccount, tokens }: SettingsParts): Promise<SettingsView> {
  const [workers, { rate, pausedUntil }] = await Promise.all([store.presence.situations(), readRate()]);
  return {
    account: readAccount(),
    api: { ...situation, has_token: tokens.source.now() !== '' },
    workers: workers.map(({ started_at, ...worker }) => ({ ...worker, started_at: started_at.toISOString() })),
    now: { rate, paused_until: pausedUntil?.toISOString() ?? null },
  };
}
