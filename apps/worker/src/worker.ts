import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createBroadstreet } from '@broadstreet-sync/broadstreet';
import { accountKey, type BreakerChange, createBudget, storedAccount } from '@broadstreet-sync/budget';
import { SyncError } from '@broadstreet-sync/domain';
import { connectRedis, createJobHost, createRunQueues, isRedisAway } from '@broadstreet-sync/jobs';
import { createTokenSource, type Logger, type ShutdownStep, tokenSeal } from '@broadstreet-sync/runtime';
import { createStore, isStoreAway, type WorkerSituation } from '@broadstreet-sync/store';
import { loseTask, type SyncContext } from '@broadstreet-sync/sync';
import { createConcurrency } from './concurrency.ts';
import { createProcessors } from './processors.ts';
import { createRateKeeper, foundBefore } from './rate-keeper.ts';
import { createReconciler } from './reconciler.ts';
import { createScheduleKeeper } from './schedule-keeper.ts';
import type { WorkerSettings } from './settings.ts';
import { createSettler } from './settler.ts';

/**
 * Puts a worker together and starts it.
 *
 * @param reach called at named points; test builds die there
 * @returns what to stop, in order
 * @throws SyncError when the store cannot be used, is another account's, or has its queues under another prefix
 */
export async function startWorker(
  settings: WorkerSettings,
  log: Logger,
  reach: SyncContext['reach'] = () => undefined,
): Promise<ShutdownStep[]> {
  const { BROADSTREET_ACCESS_TOKEN: given, SECRET_KEY: secretKey } = settings;
  if (given === undefined && secretKey === undefined) throw missingToken();
  const { BROADSTREET_API_URL: baseUrl, QUEUE_PREFIX: prefix, REDIS_URL: redisUrl } = settings;
  const owner = `${hostname()}-${process.pid}-${randomUUID()}`;
  const store = await createStore(settings.MONGODB_URI, owner);
  // Claimed already here: a store that is nobody's yet may become another account's while this worker waits for runs.
  await store.account.claim(baseUrl, prefix);
  const redis = connectRedis(redisUrl, (error) => log.warn({ err: error }, 'Redis is away'));
  const token = await createTokenSource({
    given,
    seal: tokenSeal(secretKey),
    read: async () => (await store.storedToken.read())?.sealed ?? null,
    log,
  });
  const account = accountKey(given ?? storedAccount, baseUrl);
  const budget = createBudget({
    redis,
    prefix,
    account,
    rate: settings.BROADSTREET_RATE,
    rateMax: settings.BROADSTREET_RATE_MAX,
    found: await foundBefore(store, account),
    onBreaker: (change) => logBreaker(log, change),
  });
  const concurrency = createConcurrency(settings, (tasks) => host.setConcurrency(tasks));
  const remote = createBroadstreet({
    baseUrl,
    token: token.now,
    budget,
    timeoutMs: settings.BROADSTREET_TIMEOUT_MS,
    readOnly: settings.BROADSTREET_READ_ONLY,
    log: (entry) => {
      log.debug(entry, 'request');
      concurrency.answered(entry.durationMs);
    },
  });
  const context: SyncContext = {
    store,
    remote,
    budget,
    limits: {
      networks: settings.BROADSTREET_NETWORKS ?? null,
      readOnly: settings.BROADSTREET_READ_ONLY,
      timeoutMs: settings.BROADSTREET_TIMEOUT_MS,
      settleMs: settings.BROADSTREET_SETTLE_MS,
    },
    log,
    owner,
    random: Math.random,
    isPassing: isStoreAway,
    onStop: (run) => host.abortRun(run),
    reach,
  };
  const queues = createRunQueues({ redisUrl, prefix });
  const keeper = createScheduleKeeper({ store, queues, log });
  const host = createJobHost({
    redisUrl,
    prefix,
    concurrency: concurrency.now(),
    processors: createProcessors(context, queues, keeper.carryOut),
    isPassing: (error) => isStoreAway(error) || isRedisAway(error),
    onTaskLost: (data, error) => loseTask(context, data.task, error),
    log,
  });
  await host.ready();
  const reconciler = createReconciler({ store, queues, host, owner, situation: situationOf(settings), log });
  reconciler.start();
  keeper.start();
  const rateKeeper = createRateKeeper({ store, budget, account, owner, log });
  rateKeeper.start();
  const settler = createSettler(context);
  settler.start();
  return [
    { name: 'token', run: () => token.close() },
    { name: 'settler', run: () => settler.stop() },
    { name: 'schedules', run: () => keeper.stop() },
    { name: 'reconciler', run: () => reconciler.stop() },
    { name: 'jobs', run: () => host.stop() },
    { name: 'queues', run: () => queues.close() },
    { name: 'budget', run: () => budget.close() },
    { name: 'rate', run: () => rateKeeper.stop() },
    { name: 'connections', run: () => remote.close() },
    { name: 'redis', run: () => redis.disconnect() },
    { name: 'presence', run: () => store.presence.leave(owner) },
    { name: 'store', run: () => store.close() },
  ];
}

/** How this process was started, for the page of settings. */
function situationOf(settings: WorkerSettings): WorkerSituation {
  return {
    host: hostname(),
    pid: process.pid,
    started_at: new Date(),
    base_url: settings.BROADSTREET_API_URL,
    rate: String(settings.BROADSTREET_RATE),
    read_only: settings.BROADSTREET_READ_ONLY,
    queue_prefix: settings.QUEUE_PREFIX,
    history_days: settings.HISTORY_DAYS,
  };
}

/** Once for all processes: of a change one of them is told. */
function logBreaker(log: Logger, change: BreakerChange): void {
  if (change.to === 'closed') {
    log.info({}, 'Broadstreet answers again: requests go on');
    return;
  }
  const { cause, nextProbeInMs } = change;
  log.warn({ cause, nextProbeInMs }, 'Broadstreet keeps failing: all requests wait, one at a time is tried');
}

function missingToken(): SyncError {
  return new SyncError({
    category: 'authentication',
    code: 'no_access_token',
    message: 'No access token is set.',
    remedy:
      'Set BROADSTREET_ACCESS_TOKEN, or BROADSTREET_ACCESS_TOKEN_FILE to the path of a file that holds it; ' +
      'or set SECRET_KEY, and the token on the page Settings of the dashboard.',
  });
}
