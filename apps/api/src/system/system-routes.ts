import { type AccountView, api, type Status } from '@broadstreet-sync/contract';
import { type Binding, bind, reply } from '../http/bind.ts';
import { succeedsWithin } from '../http/patience.ts';
import type { ApiParts } from '../parts.ts';
import { type RateState, rateView } from '../runs/rate-state.ts';
import { boardPath } from './board-path.ts';
import { createOpenApi } from './open-api.ts';

const answerWithinMs = 800;

interface SystemParts
  extends Pick<ApiParts, 'store' | 'queues' | 'baseUrl' | 'readOnly' | 'readRate' | 'rateSettings'> {
  readonly readAccount: () => AccountView;
  readonly countWorkers: () => Promise<number | null>;
}

/** What tells of the process itself. */
export function bindSystemRoutes(parts: SystemParts): Binding[] {
  const { store, queues, countWorkers } = parts;
  const openApi = createOpenApi();

  async function readStatus() {
    const [workers, rate] = await Promise.all([countWorkers(), parts.readRate()]);
    return reply(200, statusOf(parts, workers, rate));
  }

  return [
    ...bind(api.home, readStatus),
    ...bind(api.getStatus, readStatus),
    ...bind(api.isLive, async () => reply(200, { status: 'live' })),
    ...bind(api.isReady, async () => {
      const [mongodb, redis, workers] = await Promise.all([
        succeedsWithin(answerWithinMs, store.ping),
        succeedsWithin(answerWithinMs, queues.ping),
        countWorkers(),
      ]);
      const stores = { mongodb: upOrDown(mongodb), redis: upOrDown(redis), workers: redis ? workers : null };
      if (mongodb && redis) return reply(200, { status: 'ready', ...stores });
      return reply(503, { status: 'unavailable', ...stores });
    }),
    ...bind(api.getOpenApi, async () => reply(200, openApi)),
  ];
}

function upOrDown(isUp: boolean): 'up' | 'down' {
  return isUp ? 'up' : 'down';
}

function statusOf(parts: SystemParts, workers: number | null, rate: RateState): Status {
  const { readAccount, baseUrl, readOnly, rateSettings } = parts;
  const pathTo = ([route]: readonly { path: string }[]) => route?.path ?? '';
  return {
    name: 'broadstreet-sync',
    account: readAccount(),
    base_url: baseUrl,
    read_only: readOnly,
    workers,
    rate: rateView(rateSettings, rate),
    links: {
      runs: pathTo(api.listRuns),
      events: pathTo(api.watchRuns),
      sync_logs: pathTo(api.listSyncLogs),
      rate: pathTo(api.getRates),
      ready: pathTo(api.isReady),
      openapi: pathTo(api.getOpenApi),
      board: boardPath,
    },
  };
}
