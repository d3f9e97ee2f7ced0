import { MongoClient } from 'mongodb';

/** Databases of a MongoDB as a whole. */
export interface Databases {
  /** Deletes all documents; collections and indexes stay. */
  empty(name: string): Promise<void>;
  drop(name: string): Promise<void>;
  close(): Promise<void>;
}

/** @param uri of the server, without a database */
export async function openDatabases(uri: string): Promise<Databases> {
  const client = await MongoClient.connect(uri);
  return {
    async empty(name) {
      const collections = await client.db(name).collections();
      await Promise.all(collections.map((collection) => collection.deleteMany({})));
    },
    async drop(name) {
      await client.db(name).dropDatabase();
    },
    close: () => client.close(),
  };
}
