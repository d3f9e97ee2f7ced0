import { join } from 'node:path';
import {
  buildDashboard,
  freePort,
  isPortFree,
  requirePresent,
  startMongo,
  startRedis,
  waitUntil,
} from '@broadstreet-sync/services';
import { answers } from './answers.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { Family } from './family.ts';
import { importWithProgress, isEverImported } from './first-import.ts';
import { followSimulator } from './follow-simulator.ts';
import { demoDefaults, type StartPlan } from './plan.ts';
import { createProgressLine } from './progress-line.ts';
import { keptSecretKey } from './secret-key.ts';

export interface BringUp {
  plan: StartPlan;
  family: Family;
  noDownload: boolean;
  say: (line: string) => void;
  /** An earlier start on this folder was killed; what it left may still be ending. */
  isTakenOver: boolean;
}

/** How long what a killed start left may take to give its ports back. */
const leftOverTimeoutMs = 20_000;

/** Starts one thing after the other, each when what it needs is there, and ends with the addresses to open. */
export async function bringUp(context: BringUp): Promise<void> {
  const { plan, family, say } = context;
  const { simulator } = plan;
  say(`broadstreet-sync: ${plan.mode === 'demo' ? 'DEMO, with a simulated account' : `LIVE, with ${plan.remote}`}`);
  const port = await ownPort(context, 'PORT', plan.port, plan.host);
  const simulatorPort = simulator && (await ownPort(context, 'SIMULATOR_PORT', simulator.port, '127.0.0.1'));
  if (context.noDownload) await requireStores(context);

  // Beside what follows: without it all else works.
  const dashboard = buildDashboard().catch((error: unknown) => say(String(error)));
  const storeAddresses = await startStores(context);
  const secretKey = plan.secretKey ? {} : { SECRET_KEY: keptSecretKey(plan.dataDir) };
  const env: NodeJS.ProcessEnv = { ...plan.env, ...storeAddresses, ...secretKey, PORT: String(port) };
  const remote = simulatorPort ? await startSimulator(context, simulatorPort, env.MONGODB_URI ?? '') : {};

  say('Starting a worker and the API …');
  const url = `http://${hostInUrl(plan.host)}:${port}`;
  const api = createApiClient(url);
  const appEnv = { ...env, ...remote };
  // Together: that a worker is up shows in the API.
  await Promise.all([
    family.start('worker', appEnv, () => api.isReady(1)),
    family.start('api', appEnv, () => api.isReady(0)),
  ]);
  if (plan.mode === 'demo') await importOnce(api, say);
  await dashboard;
  sayAddresses(context, url, simulatorPort);
}

async function ownPort({ isTakenOver }: BringUp, setting: string, wanted: number, host: string): Promise<number> {
  if (wanted === 0) return freePort();
  const isFree = async () => (await isPortFree(wanted, host)) || undefined;
  const becomesFree = isTakenOver
    ? waitUntil(`Port ${wanted}`, leftOverTimeoutMs, isFree).catch(() => false)
    : isFree();
  if (await becomesFree) return wanted;
  throw new Error(`Port ${wanted} on ${host} is taken: stop what listens there, or set ${setting} to another one.`);
}

/** Throws where a store that no setting names would have to be fetched: before anything is started. */
async function requireStores({ plan, say }: BringUp): Promise<void> {
  const redis = plan.redisUrl ? [] : (['redis'] as const);
  const mongodb = plan.mongoUri ? [] : (['mongodb'] as const);
  await requirePresent([...redis, ...mongodb], { log: say });
}

/** Starts the stores that no setting names; gives the settings that lead to them. */
async function startStores({ plan, family, noDownload, say }: BringUp): Promise<Record<string, string>> {
  const addresses: Record<string, string> = {};
  const settingsOf = (name: string) => ({
    dataDir: join(plan.folder, name),
    logFile: join(plan.logFolder, `${name}.log`),
    log: say,
    noDownload,
  });
  if (!plan.redisUrl) {
    say('Starting Redis …');
    const redis = await startRedis(settingsOf('redis'));
    family.adopt('redis', redis);
    addresses.REDIS_URL = redis.url;
  }
  if (!plan.mongoUri) {
    say('Starting MongoDB …');
    const mongo = await startMongo(settingsOf('mongodb'));
    family.adopt('mongodb', mongo);
    addresses.MONGODB_URI = mongo.uriFor(plan.database);
  }
  return addresses;
}

/** Starts the simulated account, whose changes are kept; gives the settings that make it the remote side. */
async function startSimulator(
  { plan, family, say }: BringUp,
  port: number,
  mongoUri: string,
): Promise<Record<string, string>> {
  const token = plan.simulator?.token ?? '';
  const url = `http://127.0.0.1:${port}`;
  const speed = Object.entries(demoDefaults).filter(([name]) => !plan.env[name]);
  say('Starting the simulated Broadstreet API …');
  const env = {
    ...plan.env,
    ...Object.fromEntries(speed),
    SIMULATOR_HOST: '127.0.0.1',
    SIMULATOR_PORT: String(port),
    SIMULATOR_TOKEN: token,
    SIMULATOR_DATA_DIR: join(plan.folder, 'simulator'),
  };
  await family.start('simulator', env, () => answers(`${url}/control/stats`));
  const apiUrl = `${url}/api/1`;
  await followSimulator(plan.folder, mongoUri, apiUrl);
  return { ...Object.fromEntries(speed), BROADSTREET_API_URL: apiUrl, BROADSTREET_ACCESS_TOKEN: token };
}

/** The first start of the demo has something to show; a later one finds it. */
async function importOnce(api: ApiClient, say: (line: string) => void): Promise<void> {
  if (await api.asksForKeys()) return say('Access keys are asked for: log in to the dashboard to start an import.');
  if (await isEverImported(api)) return say('The data of an earlier start is there.');
  say('Importing the account …');
  const line = createProgressLine();
  const run = await importWithProgress(api, line.show);
  line.end();
  const reason = run.error ? `: ${run.error.message}${run.error.remedy ? ` ${run.error.remedy}` : ''}` : '';
  say(`The import has ended as ${run.status} with ${run.requests} requests${reason}.`);
}

function sayAddresses({ plan, say }: BringUp, url: string, simulatorPort: number | undefined): void {
  say(`
Ready.
  Dashboard     ${url}/
  API           ${url}/api/openapi.json
  Queues        ${url}/admin/queues`);
  if (simulatorPort)
    say(`  Simulator     http://127.0.0.1:${simulatorPort}/control/accounts/${plan.simulator?.token}/stats`);
  say(`  Data and logs ${plan.folder}`);
  if (plan.mode === 'live') {
    say('Nothing is imported or exported by itself: the first import is a button of the dashboard.');
  }
  say('Ctrl-C stops everything.');
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
