import { SyncError } from '@broadstreet-sync/domain';
import { type Connection, createConnection, mongo } from 'mongoose';

export interface StoreConnection {
  readonly connection: Connection;
  readonly db: mongo.Db;
}

/**
 * Connects to MongoDB and makes sure that what it acknowledges stays: a replica set, majority writes, journalled.
 *
 * @param uri with the database's name
 * @param name of this process, as the server shows it
 * @throws SyncError `store_unreachable`, `store_not_replicated` or `store_not_durable`
 */
export async function connect(uri: string, name = 'broadstreet-sync'): Promise<StoreConnection> {
  const connection = createConnection(uri, {
    writeConcern: { w: 'majority', journal: true },
    readConcernLevel: 'majority',
    serverSelectionTimeoutMS: 10_000,
    appName: name,
    minPoolSize: 16,
    maxPoolSize: 48,
    autoCreate: false,
    autoIndex: false,
  });
  try {
    await connection.asPromise();
  } catch (cause) {
    await connection.close();
    const message = `MongoDB could not be reached: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw refusal('store_unreachable', message, 'Check MONGODB_URI and that the server runs.');
  }
  try {
    const db = connection.db;
    if (db === undefined) throw refusal('store_unreachable', 'MongoDB gave no database.', 'Name it in MONGODB_URI.');
    await checkDurability(db, uri);
    return { connection, db };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function checkDurability(db: mongo.Db, uri: string): Promise<void> {
  const hello = await db.admin().command({ hello: 1 });
  if (hello.setName === undefined && hello.msg !== 'isdbgrid') {
    throw refusal(
      'store_not_replicated',
      'MongoDB runs as a single server: it has no transactions.',
      'Run it as a replica set (one member is enough) and name the set in MONGODB_URI.',
    );
  }
  // Our own options win over the URI's, so that all is well with what is written; but who asked for less believes it.
  const { w = 'majority', journal = true } = new mongo.MongoClient(uri).options.writeConcern ?? {};
  if (w !== 'majority' || !journal) {
    throw refusal(
      'store_not_durable',
      'MONGODB_URI asks for a weaker write concern than majority.',
      'Remove w and journal from MONGODB_URI: what is acknowledged must survive a failover.',
    );
  }
}

function refusal(code: string, message: string, remedy: string): SyncError {
  return new SyncError({ category: 'internal', code, message, remedy });
}
