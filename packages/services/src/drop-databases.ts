import { MongoClient } from 'mongodb';

/** Drops databases of a MongoDB; those that it does not have are none. */
export async function dropDatabases(uri: string, names: Iterable<string>): Promise<void> {
  const client = await MongoClient.connect(uri);
  try {
    for (const name of names) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
}
