import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { hasCode, type MongoOptions, setName, startMongod } from './mongod.ts';
import { startTimeoutMs } from './redis.ts';
import type { ServerProcess } from './server-process.ts';
import { waitUntil } from './wait-until.ts';

export interface EmbeddedMongo extends ServerProcess {
  /** Of the server, with the set's name and without a database. */
  uri: string;
  port: number;
  /** The same with a database's name, as MONGODB_URI wants it. */
  uriFor(database: string): string;
}

/** Codes of MongoDB's that are an ordinary part of a start (its error_codes.yml). */
const notYetInitialized = 94;
const alreadyInitialized = 23;

/**
 * Starts a MongoDB of our own on loopback as a one-member replica set, which transactions need. Spawned directly
 * rather than through mongodb-memory-server: one way to start, keep and end a process then serves for Redis too, and
 * the set follows its port from start to start. Its end comes with `stop()`, or with this process. Throws with the
 * server's last log lines where it does not come up.
 */
export async function startMongo(options: MongoOptions): Promise<EmbeddedMongo> {
  const server = await startMongod(options, becomeWritable);
  const { port } = server;
  const uriFor = (database: string) => `mongodb://127.0.0.1:${port}/${database}?replicaSet=${setName}`;
  return { ...server, uri: uriFor(''), uriFor };
}

/** Address of the MongoDB that another process of ours runs on a folder, with a database's name. */
export function runningMongoUri(dataDir: string, database: string): string {
  const port = readFileSync(join(dataDir, 'port'), 'utf8').trim();
  return `mongodb://127.0.0.1:${port}/${database}?replicaSet=${setName}`;
}

/** Makes the server the set's only member under its present port, and waits until it takes writes. */
async function becomeWritable(port: number): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: startTimeoutMs,
  });
  const admin = client.db('admin');
  try {
    await waitUntil('The start of MongoDB', startTimeoutMs, async () => {
      const hello = await admin.command({ hello: 1 });
      if (hello.isWritablePrimary === true && hello.me === host) return true;
      await configureSet(admin, host);
      return undefined;
    });
  } finally {
    await client.close();
  }
}

async function configureSet(admin: ReturnType<MongoClient['db']>, host: string): Promise<void> {
  const members = [{ _id: 0, host }];
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    if (config.members[0]?.host === host) return;
    // The folder was last served on another port.
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  } catch (error) {
    if (!hasCode(error, notYetInitialized)) throw error;
    await admin.command({ replSetInitiate: { _id: setName, members } }).catch((failure: unknown) => {
      if (!hasCode(failure, alreadyInitialized)) throw failure;
    });
  }
}
