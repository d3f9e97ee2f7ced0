import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { type Mongod, type MongoOptions, setName, startMongod } from './mongod.ts';
import { startTimeoutMs } from './redis.ts';
import { waitUntil } from './wait-until.ts';

/** Several MongoDB servers of our own that are one replica set. */
export interface EmbeddedReplicaSet {
  /** As MONGODB_URI wants it. */
  uriFor(database: string): string;
  /** Makes the primary hand over, as for its maintenance; resolves when another has taken its place. */
  stepDown(): Promise<void>;
  /** Kills the primary, as a crash would; resolves when another has taken its place. Gives what starts it again. */
  killPrimary(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/** How long one that stepped down does not stand for election. */
const awaySeconds = 5;
/** Short, so that a test of failures does not wait for elections alone. */
const elections = { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 };

/**
 * Starts a replica set on loopback, its members in folders below one.
 *
 * @param count members; an odd number
 */
export async function startReplicaSet(options: MongoOptions, count = 3): Promise<EmbeddedReplicaSet> {
  const numbers = Array.from({ length: count }, (_, at) => at);
  const start = (at: number) => {
    return startMongod({ ...options, dataDir: join(options.dataDir, `member-${at}`) }, untilAnswers);
  };
  const members = new Map<number, Mongod>();
  await Promise.all(numbers.map(async (at) => members.set(at, await start(at))));
  const hosts = [...members.values()].map(({ port }) => `127.0.0.1:${port}`);
  const [first] = members.values();
  if (first === undefined) throw new Error('A replica set needs a member.');
  const config = { _id: setName, members: hosts.map((host, at) => ({ _id: at, host })), settings: elections };
  await withMember(first.port, (client) => client.db('admin').command({ replSetInitiate: config }));

  /** Number and server of the primary that takes writes now. */
  async function primary(): Promise<[number, Mongod]> {
    return waitUntil('The election of a primary', startTimeoutMs, async () => {
      for (const [at, member] of members) {
        if (await withMember(member.port, isWritable).catch(() => false)) return [at, member];
      }
      return undefined;
    });
  }

  await primary();
  return {
    uriFor: (database) => `mongodb://${hosts.join(',')}/${database}?replicaSet=${setName}`,

    async stepDown() {
      const [before, { port }] = await primary();
      const command = { replSetStepDown: awaySeconds, secondaryCatchUpPeriodSecs: awaySeconds - 1, force: true };
      await withMember(port, (client) => client.db('admin').command(command));
      await waitUntil('The election of another', startTimeoutMs, async () => {
        return (await primary())[0] === before ? undefined : true;
      });
    },

    async killPrimary() {
      const [at, member] = await primary();
      members.delete(at);
      await member.kill();
      await primary();
      return async () => void members.set(at, await start(at));
    },

    async stop() {
      await Promise.all([...members.values()].map((member) => member.stop()));
    },
  };
}

/** Asks one member alone, whatever its place in the set. */
async function withMember<T>(port: number, ask: (client: MongoClient) => Promise<T>): Promise<T> {
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2000 });
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

async function untilAnswers(port: number): Promise<void> {
  const ping = (client: MongoClient) => client.db('admin').command({ ping: 1 });
  await waitUntil('The start of MongoDB', startTimeoutMs, () => withMember(port, ping));
}

async function isWritable(client: MongoClient): Promise<boolean> {
  return (await client.db('admin').command({ hello: 1 })).isWritablePrimary === true;
}
