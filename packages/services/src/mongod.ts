import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MongoServerError } from 'mongodb';
import { mongod } from './binaries.ts';
import { findBinary } from './find-binary.ts';
import { choosePort } from './ports.ts';
import type { StoreOptions } from './redis.ts';
import { type ServerProcess, startServerProcess, untilUp } from './server-process.ts';

export interface MongoOptions extends StoreOptions {
  /** More of the server's own parameters, as `name=value`. */
  parameters?: readonly string[];
}

/** One server of a replica set. */
export interface Mongod extends ServerProcess {
  port: number;
}

/** Of every set that we start. */
export const setName = 'rs0';

const alwaysSet = ['diagnosticDataCollectionEnabled=false', 'shutdownTimeoutMillisForSignaledShutdown=0'];

/**
 * Starts one server on loopback, as a member of a replica set.
 *
 * @param isUp given its port; resolves when it may be used
 * @throws with the server's last log lines where it does not come up
 */
export async function startMongod(options: MongoOptions, isUp: (port: number) => Promise<unknown>): Promise<Mongod> {
  const dataDir = resolve(options.dataDir);
  const logFile = options.logFile ?? join(dataDir, 'server.log');
  const command = await findBinary(mongod, options);
  mkdirSync(dataDir, { recursive: true });
  const port = await choosePort(dataDir, options.port);
  const address = ['--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'];
  // A small cache and oplog: an embedded store shares the machine with everything else.
  const sizes = ['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '256'];
  const parameters = [...alwaysSet, ...(options.parameters ?? [])].flatMap((each) => ['--setParameter', each]);
  const args = [...address, ...sizes, '--dbpath', dataDir, '--replSet', setName, '--quiet', ...parameters];
  const server = await startServerProcess({ name: 'MongoDB', command, args, folder: dataDir, logFile });
  await untilUp('MongoDB', server, logFile, () => isUp(port));
  return { ...server, port };
}

/** Says whether MongoDB refused something with this code (its error_codes.yml). */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}
