import { mongo } from 'mongoose';

/** Says whether a write was refused because a unique value is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === 11_000;
}

/** Says whether the store was out of reach, so that the same operation may succeed later. */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError) return true;
  return error instanceof mongo.MongoError && error.hasErrorLabel('RetryableWriteError');
}

const options: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
};

/** Runs the work as one transaction: all of it is committed or none; repeated where MongoDB asks for it. */
export function inTransaction<T>(db: mongo.Db, work: (session: mongo.ClientSession) => Promise<T>): Promise<T> {
  return db.client.withSession((session) => session.withTransaction(() => work(session), options));
}
