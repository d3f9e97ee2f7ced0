import { Redis } from 'ioredis';

/**
 * A connection that waits for Redis however long it is away: what a worker needs, and a request must not.
 *
 * @param onError told of each failure to connect
 */
export function connectRedis(url: string, onError: (error: Error) => void): Redis {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on('error', onError);
  return connection;
}
