import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createBroadstreet } from '@broadstreet-sync/broadstreet';
import { accountKey, type Budget, createBudget, storedAccount } from '@broadstreet-sync/budget';
import { SyncError } from '@broadstreet-sync/domain';
import { connectRedis, createRunQueues } from '@broadstreet-sync/jobs';
import {
  createLogger,
  createTokenSource,
  type Logger,
  onShutdown,
  readSettings,
  runMain,
  SettingsError,
  tokenSeal,
} from '@broadstreet-sync/runtime';
import { createStore, type Store } from '@broadstreet-sync/store';
import { createApi } from './create-api.ts';
import { type ApiParts, isLoopback } from './parts.ts';
import { createRateState } from './runs/rate-state.ts';
import { type ApiSettings, apiSettings, situationOf } from './settings.ts';
import { watchRemoteMode } from './system/remote-mode.ts';

/** Where the dashboard lies when it was built in this project. */
const builtDashboard = join(import.meta.dirname, '..', '..', 'web', 'dist', 'site');
/** What an open request gets to be answered when the process stops. */
const answerWithinMs = 10_000;

/**
 * Runs the API until it is told to stop.
 *
 * @param reach what a test build does at named points
 * @param onAnswer what it makes of each answer
 */
export async function runApi(
  reach: ApiParts['reach'] = () => undefined,
  onAnswer?: ApiParts['onAnswer'],
): Promise<void> {
  const settings = readSettings(apiSettings);
  const { MONGODB_URI, REDIS_URL, BROADSTREET_API_URL: baseUrl } = settings;
  const secrets = [settings.BROADSTREET_ACCESS_TOKEN, settings.SECRET_KEY, MONGODB_URI, REDIS_URL];
  const log = createLogger({ name: 'api', level: settings.LOG_LEVEL, secrets });
  // Before the store, so that the queues are connected when the first trigger comes.
  const queues = createRunQueues({ redisUrl: REDIS_URL, prefix: settings.QUEUE_PREFIX });
  const redis = connectOnce(REDIS_URL, log);
  const store = await createStore(MONGODB_URI);
  await requireKeys(settings, store);
  await store.account.check(baseUrl, settings.QUEUE_PREFIX);
  const budget = budgetOf(settings, redis);
  const seal = tokenSeal(settings.SECRET_KEY);
  const token = await createTokenSource({
    given: settings.BROADSTREET_ACCESS_TOKEN,
    seal,
    read: async () => (await store.storedToken.read())?.sealed ?? null,
    log,
  });
  const askedWith = (shown: string | (() => string)) =>
    createBroadstreet({
      baseUrl,
      token: shown,
      budget,
      timeoutMs: settings.BROADSTREET_TIMEOUT_MS,
      // Whatever the API asks Broadstreet, it changes nothing there: exports are the workers'.
      readOnly: true,
    });
  const remote = askedWith(token.now);
  const mode = await watchRemoteMode(baseUrl, log);
  const api = createApi({
    store,
    queues,
    log,
    baseUrl,
    readMode: mode.now,
    networks: settings.BROADSTREET_NETWORKS ?? null,
    readOnly: settings.BROADSTREET_READ_ONLY,
    rateSettings: rateSettingsOf(settings),
    mayBeOpen: isLoopback(settings.HOST),
    secretKey: secretKeyOf(settings, log),
    dashboardFolder: settings.DASHBOARD_DIR ?? builtDashboard,
    readRate: createRateState(budget),
    remote,
    tokens: { source: token, seal, withToken: askedWith },
    situation: situationOf(settings),
    reach,
    ...(onAnswer === undefined ? {} : { onAnswer }),
  });
  const server = createServer(api.app);
  const address = await listen(server, settings);
  onShutdown(log, [
    { name: 'mode', run: () => mode.close() },
    { name: 'token', run: () => token.close() },
    { name: 'server', run: () => closeServer(server, api.close) },
    { name: 'connections', run: () => remote.close() },
    { name: 'budget', run: () => budget.close() },
    { name: 'queues', run: () => queues.close() },
    { name: 'redis', run: () => redis.disconnect() },
    { name: 'store', run: () => store.close() },
  ]);
  process.stdout.write(`api listening on ${address}\n`);
}

/** A connection whose absence is logged once, however often it is tried. */
function connectOnce(url: string, log: Logger): ReturnType<typeof connectRedis> {
  let isAway = false;
  const redis = connectRedis(url, (err) => {
    if (!isAway) log.warn({ err }, 'Redis does not answer: runs are stored, and start when it is back');
    isAway = true;
  });
  redis.on('ready', () => {
    isAway = false;
  });
  return redis;
}

function rateSettingsOf({ BROADSTREET_RATE, BROADSTREET_RATE_MAX }: ApiSettings): ApiParts['rateSettings'] {
  return { rate: BROADSTREET_RATE, rateMax: BROADSTREET_RATE_MAX };
}

/** The rate budget is named by the token that is given; of one that is stored and may be replaced, for good. */
function budgetOf(settings: ApiSettings, redis: ReturnType<typeof connectRedis>): Budget {
  const { BROADSTREET_ACCESS_TOKEN: token, BROADSTREET_API_URL: baseUrl } = settings;
  return createBudget({
    redis,
    prefix: settings.QUEUE_PREFIX,
    account: accountKey(token ?? storedAccount, baseUrl),
    ...rateSettingsOf(settings),
  });
}

/** Without one, sessions are signed by what this process alone knows. */
function secretKeyOf({ SECRET_KEY }: ApiSettings, log: Logger): string {
  if (SECRET_KEY !== undefined) return SECRET_KEY;
  log.info('SECRET_KEY is not set: who logs in to the dashboard does so again when this process has ended');
  return randomBytes(32).toString('hex');
}

/** Whoever else reaches the machine would reach the API: without keys it is for this machine alone. */
async function requireKeys({ HOST }: ApiSettings, { keys }: Pick<Store, 'keys'>): Promise<void> {
  if (isLoopback(HOST) || (await keys.count('admin')) > 0) return;
  const message =
    `is "${HOST}", where others reach the API, and there is no key of an admin yet: make one by ` +
    '`./sync keys create --name NAME --role admin`, or set HOST to 127.0.0.1';
  throw new SettingsError([{ name: 'HOST', message }]);
}

/** @returns where it listens. @throws SyncError `address_taken` or `address_unusable` */
async function listen(server: Server, { HOST, PORT }: ApiSettings): Promise<string> {
  server.listen(PORT, HOST.replace(/^\[|\]$/g, ''));
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const isTaken = code === 'EADDRINUSE';
    throw new SyncError({
      category: 'conflict',
      code: isTaken ? 'address_taken' : 'address_unusable',
      message: isTaken ? `Port ${PORT} of ${HOST} is taken.` : `The API cannot listen on ${HOST}:${PORT} (${code}).`,
      remedy: 'Stop what uses it, or set PORT to another port (0: the system chooses one).',
      cause,
    });
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : PORT;
  return `http://${HOST.includes(':') && !HOST.startsWith('[') ? `[${HOST}]` : HOST}:${port}`;
}

/** Ends streams and waits first: a server closes when its last connection has. */
async function closeServer(server: Server, endStreams: () => void): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  endStreams();
  setTimeout(() => server.closeAllConnections(), answerWithinMs).unref();
  // A connection that has its last answer would stay open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
}

if (import.meta.main) runMain(() => runApi());
