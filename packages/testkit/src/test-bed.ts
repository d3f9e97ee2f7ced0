import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { takeDatabase } from './database-pool.ts';
import './provided.ts';
import { type SimulatedAccount, simulator } from './simulator.ts';

/** What one test has for itself in the services that all tests share. */
export interface TestBed {
  /** With a database of its own. */
  mongoUri: string;
  database: string;
  redisUrl: string;
  queuePrefix: string;
  /** The access token: an account of its own in the simulator, there once `remote.create` was called. */
  token: string;
  remote: SimulatedAccount;
  /** Settings of an app on this bed, for `spawnApp`: at an unlimited rate, with the API on a free port. */
  env: Record<string, string>;
}

/** An empty database, a fresh queue prefix and simulated account: tests that use one each may run side by side. */
export function testBed(): TestBed {
  const id = randomBytes(6).toString('hex');
  const database = takeDatabase();
  const queuePrefix = `test-${id}`;
  const token = `token-${id}`;
  const mongoUri = inject('mongoUri').replace(/\/(\?|$)/, `/${database}$1`);
  const redisUrl = inject('redisUrl');
  const remote = simulator(inject('simulatorUrl'), token);
  const env = {
    BROADSTREET_API_URL: remote.apiUrl,
    BROADSTREET_ACCESS_TOKEN: token,
    BROADSTREET_RATE: 'unlimited',
    MONGODB_URI: mongoUri,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: queuePrefix,
    HOST: '127.0.0.1',
    PORT: '0',
  };
  return { mongoUri, database, redisUrl, queuePrefix, token, remote, env };
}
