import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { Db } from 'mongodb';

/** How to read a whole value of each type that Redis has. */
const readers: Readonly<Record<string, (redis: Redis, key: string) => Promise<unknown>>> = {
  string: (redis, key) => redis.get(key),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, 0, '-1', 'WITHSCORES'),
  hash: (redis, key) => redis.hgetall(key),
  stream: (redis, key) => redis.xrange(key, '-', '+'),
};

/** Every key of a Redis server, with its value. @throws Error where a key is of a type that nobody reads here */
export async function readRedis(redis: Redis): Promise<string> {
  const entries: unknown[] = [];
  for await (const keys of redis.scanStream({ count: 1000 })) {
    for (const key of keys) {
      const type = await redis.type(key);
      // It may have expired since.
      if (type === 'none') continue;
      const read = readers[type];
      if (read === undefined) throw new Error(`the key ${key} is a ${type}`);
      entries.push([key, await read(redis, key)]);
    }
  }
  return JSON.stringify(entries);
}

/** All that a Redis server was ever told to keep: its log of writes. */
export async function readRedisLog(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
  return contents.join('\n');
}

/** Every document of a database. */
export async function readDatabase(db: Db): Promise<string> {
  const collections = await db.collections();
  const documents = await Promise.all(collections.map((collection) => collection.find().toArray()));
  return JSON.stringify(collections.map(({ collectionName }, at) => [collectionName, documents[at]]));
}

/** All that was ever written to a database: its part of the log from which a replica set copies. */
export async function readDatabaseLog(db: Db): Promise<string> {
  const ns = new RegExp(`^${db.databaseName}\\.`);
  const log = db.client.db('local').collection('oplog.rs');
  return JSON.stringify(await log.find({ $or: [{ ns }, { 'o.applyOps.ns': ns }] }).toArray());
}
