import { mongo } from 'mongoose';

const duplicateKey = 11_000;

/** Says whether a write was refused because a unique value is taken, and of several nothing else went wrong. */
export function isDuplicateKey(error: unknown): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== duplicateKey) return false;
  if (!(error instanceof mongo.MongoBulkWriteError)) return true;
  // The code of all is that of the first: the others may be of another sort.
  const { result } = error;
  const isAll = result.getWriteErrors().every(({ code }) => code === duplicateKey);
  return isAll && result.getWriteConcernError() === undefined;
}

/** Codes by which a server says that it is not the primary any more or goes down (its error_codes.yml). */
const steppedDown: readonly unknown[] = [91, 189, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436];
const passingLabels = ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult'];

/** OutOfDiskSpace. */
const outOfSpace = 14_031;

/** Says whether a write was refused because MongoDB's disk is full. */
export function isStoreFull(error: unknown): boolean {
  return error instanceof mongo.MongoError && error.code === outOfSpace;
}

/** Says whether the store was out of reach or took no writes, so that the same operation may succeed later. */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError) return true;
  if (isStoreFull(error)) return true;
  if (!(error instanceof mongo.MongoError)) return false;
  return steppedDown.includes(error.code) || passingLabels.some((label) => error.hasErrorLabel(label));
}

/** The time by the database's clock, which all that is compared with other processes' times is taken from. */
export async function databaseTime(db: mongo.Db): Promise<Date> {
  const { localTime } = await db.command({ hello: 1 });
  if (localTime instanceof Date) return localTime;
  throw new Error('MongoDB tells no time');
}

/**
 * For reads of tasks by their state: one that changes state while an index is read would else be met twice, or not at all.
 */
export const asOfOneInstant = { readConcern: { level: 'snapshot' } } as const;

const options: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
};

/** Runs the work as one transaction: all of it is committed or none; repeated where MongoDB asks for it. */
export function inTransaction<T>(db: mongo.Db, work: (session: mongo.ClientSession) => Promise<T>): Promise<T> {
  return db.client.withSession((session) => session.withTransaction(() => work(session), options));
}
