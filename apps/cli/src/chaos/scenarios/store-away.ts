import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedMongo, startMongo, waitUntil } from '@broadstreet-sync/services';
import { type Db, MongoClient } from 'mongodb';
import { z } from 'zod';
import { type Exporting, playExport, reached } from '../play-export.ts';
import type { Finding, Play, Scale, Scenario } from '../scenario.ts';

/** How long MongoDB takes no writes, in one piece. */
const awayMs: Readonly<Record<Scale, number>> = { short: 6000, full: 120_000 };
/** A request that was announced before leaves within a second, and reaches the account soon after. */
const announcedMs = 3000;

/** OutOfDiskSpace, of MongoDB's error_codes.yml. */
const noSpace = 14_031;
const writes = ['insert', 'update', 'delete', 'findAndModify', 'commitTransaction'];

/** The server that a scenario spoils; it may be another process afterwards. */
interface Server {
  mongo: EmbeddedMongo;
  start(): Promise<EmbeddedMongo>;
}

/** Makes MongoDB useless; gives what mends it. */
type Spoil = (server: Server) => Promise<() => Promise<void>>;

const halt: Spoil = async ({ mongo: { pid } }) => {
  process.kill(pid, 'SIGSTOP');
  return async () => void process.kill(pid, 'SIGCONT');
};

const kill: Spoil = async (server) => {
  await server.mongo.kill();
  return async () => {
    server.mongo = await server.start();
  };
};

const fillDisk: Spoil = async ({ mongo }) => {
  const set = (mode: string) =>
    withAdmin(mongo, (admin) => {
      return admin.command({
        configureFailPoint: 'failCommand',
        mode,
        data: { failCommands: writes, errorCode: noSpace },
      });
    });
  await set('alwaysOn');
  return async () => void (await set('off'));
};

async function withAdmin<T>(mongo: EmbeddedMongo, ask: (admin: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(mongo.uri);
  try {
    return await ask(client.db('admin'));
  } finally {
    await client.close();
  }
}

const problem = z.object({ code: z.string() });

/** What a person who asks for the run is told that it waits for. */
async function causeShown({ stage: { api }, run }: Exporting): Promise<string | null> {
  const { status, body } = await api.send('GET', `/api/runs/${run.id}`);
  if (status === 503) return problem.parse(body).code;
  return (await api.run(run.id)).waiting?.for ?? null;
}

interface Spoilt {
  /** Creates that were under way when nothing could be stored any more: what came of them is not known. */
  readonly underWay: number;
  readonly wrong: readonly string[];
}

/** Spoils MongoDB for a while, in which no create may be begun, and the cause be shown. */
async function spoilForAWhile(
  exporting: Exporting,
  server: Server,
  { spoil, cause, forMs }: { spoil: Spoil; cause: string; forMs: number },
): Promise<Spoilt> {
  const spoiltAt = Date.now();
  const mend = await spoil(server);
  await delay(announcedMs);
  const before = await createsSince(exporting, 0);
  const underWay = await createsSince(exporting, spoiltAt - announcedMs);
  await delay(forMs);
  const wrong: string[] = [];
  await waitUntil('The cause', 30_000, async () => ((await causeShown(exporting)) === cause ? true : undefined)).catch(
    async () => wrong.push(`the run is said to wait for ${await causeShown(exporting)}, not for ${cause}`),
  );
  const sent = (await createsSince(exporting, 0)) - before;
  if (sent > 0) wrong.push(`${sent} creates while nothing could be stored`);
  await mend();
  return { underWay, wrong };
}

async function createsSince({ stage: { account }, after }: Exporting, time: number): Promise<number> {
  return (await account.journal(after)).filter(({ method, at }) => method === 'POST' && at >= time).length;
}

async function playSpoilt(play: Play, spoils: readonly { spoil: Spoil; cause: string }[]): Promise<Finding> {
  const dataDir = play.lab.folder('mongodb');
  const start = () => startMongo({ dataDir, parameters: ['enableTestCommands=1'] });
  const server: Server = { mongo: await start(), start };
  const { size, scale, random } = play;
  const results: Spoilt[] = [];
  try {
    return await playExport(play, {
      settings: {
        mongoUri: server.mongo.uriFor('chaos'),
        account: { account: 'bare', settings: { latency_ms: 150 } },
        // So slow that something is left to do afterwards.
        env: { BROADSTREET_RATE: '10' },
      },
      during: async (exporting) => {
        for (const point of random.points(size.times, size.entities / 2)) {
          await reached(exporting, point);
          const forMs = awayMs[scale];
          for (const { spoil, cause } of spoils)
            results.push(await spoilForAWhile(exporting, server, { spoil, cause, forMs }));
        }
      },
      times: async () => size.times * spoils.length,
      check: async () => results.flatMap(({ wrong }) => wrong),
      alsoUnknown: () => results.reduce((sum, { underWay }) => sum + underWay, 0),
    });
  } finally {
    await server.mongo.stop();
  }
}

export const storeAway: Scenario = {
  name: 'store-away',
  test: 14,
  fault: 'MongoDB is stopped for a while, and killed and started again',
  sizes: { short: { times: 1, entities: 40 }, full: { times: 1, entities: 300 } },
  play: (play) =>
    playSpoilt(
      play,
      [halt, kill].map((spoil) => ({ spoil, cause: 'store_away' })),
    ),
};

export const diskFull: Scenario = {
  name: 'disk-full',
  test: 14,
  fault: "MongoDB's disk is full: every write is refused",
  sizes: { short: { times: 1, entities: 40 }, full: { times: 1, entities: 300 } },
  play: (play) => playSpoilt(play, [{ spoil: fillDisk, cause: 'store' }]),
};
