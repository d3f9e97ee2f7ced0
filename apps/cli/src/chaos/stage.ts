import { randomBytes } from 'node:crypto';
import {
  type AccountDefinition,
  type AppBuild,
  type RunningApp,
  type SimulatedAccount,
  simulator,
  spawnApp,
} from '@broadstreet-sync/testkit';
import { Redis } from 'ioredis';
import { type Db, MongoClient } from 'mongodb';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type Crew, createCrew } from './crew.ts';
import type { Deaths } from './deaths.ts';
import type { Draft, Grounds } from './drafts.ts';
import type { Lab } from './lab.ts';

/** A draft that was made. */
export interface MadeDraft extends Draft {
  /** Its local `_id`. */
  readonly id: string;
}

export interface StageSettings {
  readonly account?: AccountDefinition;
  /** Settings of the API and of all workers, over the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** With the database's name; else a new database in the lab's. */
  readonly mongoUri?: string;
  readonly redisUrl?: string;
}

/** What one scenario has for itself: an account, a database, a queue prefix, an API and workers. */
export interface Stage {
  readonly account: SimulatedAccount;
  readonly db: Db;
  readonly redis: Redis;
  readonly queuePrefix: string;
  readonly api: ApiClient;
  readonly crew: Crew;
  /** Settings that all of its processes have. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts the API; one that runs ends before. */
  startApi(changes?: Readonly<Record<string, string>>, build?: AppBuild): Promise<RunningApp>;
  /** Makes local entities, and remembers them. */
  make(drafts: readonly Draft[]): Promise<MadeDraft[]>;
  /** Runs an import of everything, so that production is as the account. */
  importAll(): Promise<void>;
  close(): Promise<void>;
}

/** Decided in seconds: what was sent and lost. The time of a request is long enough for a machine that is busy. */
const quick = { BROADSTREET_TIMEOUT_MS: '3000', BROADSTREET_SETTLE_MS: '1500' };
const longestImportMs = 300_000;

/**
 * Makes the account, and starts the API.
 *
 * @param deaths counts where its processes die
 */
export async function createStage(lab: Lab, deaths: Deaths, settings: StageSettings = {}): Promise<Stage> {
  const id = randomBytes(6).toString('hex');
  const token = `token-${id}`;
  const account = simulator(lab.simulatorUrl, token);
  await account.create(settings.account ?? { account: 'bare' });
  const mongoUri = settings.mongoUri ?? lab.mongoUriFor(`chaos_${id}`);
  const redisUrl = settings.redisUrl ?? lab.redisUrl;
  const queuePrefix = `chaos-${id}`;
  const env = {
    ...quick,
    BROADSTREET_API_URL: account.apiUrl,
    BROADSTREET_ACCESS_TOKEN: token,
    BROADSTREET_RATE: 'unlimited',
    MONGODB_URI: mongoUri,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: queuePrefix,
    HOST: '127.0.0.1',
    PORT: '0',
    WORKER_CONCURRENCY: '4',
    LOG_LEVEL: 'warn',
    ...settings.env,
  };
  const client = new MongoClient(mongoUri);
  const redis = new Redis(redisUrl);
  // Redis is killed in some scenarios; ioredis would print it.
  redis.on('error', () => undefined);
  const db = client.db();
  const crew = createCrew(db, env, deaths);
  let app: RunningApp | null = null;
  const api = createApiClient(() => app?.url ?? '');

  const stage: Stage = {
    account,
    db,
    redis,
    queuePrefix,
    api,
    crew,
    env,

    async startApi(changes = {}, build = 'test') {
      if (app !== null) await app.kill('SIGTERM');
      const started = await spawnApp('api', { ...env, ...changes }, build);
      void started.exited.then(() => deaths.note(started));
      app = started;
      return started;
    },

    async make(drafts) {
      const ids = await api.make(drafts);
      return drafts.map((draft) => ({ ...draft, id: ids.get(draft.key) ?? '' }));
    },

    async importAll() {
      const { id: run } = await api.start('import');
      await api.endedAs('succeeded', run, longestImportMs);
    },

    async close() {
      await crew.close();
      if (app !== null) await app.kill('SIGKILL');
      redis.disconnect();
      await client.close();
    },
  };
  try {
    await stage.startApi();
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

/** Puts into an account with one network what drafts may hang on: an advertiser, and names that are taken. */
export async function layGrounds({ account }: Stage): Promise<Grounds> {
  const network = Number((await account.state()).networks[0]?.id);
  const insert = async (kind: 'advertisers' | 'zones' | 'campaigns', fields: Record<string, unknown>) =>
    Number((await account.edit({ kind, op: 'insert', fields })).id);
  await insert('zones', { name: ' TOP', network_id: network });
  const advertiser = await insert('advertisers', { name: 'harbour BOOKS', network_id: network });
  await insert('campaigns', { name: 'spring ', advertiser_id: advertiser });
  return { network, advertiser };
}
