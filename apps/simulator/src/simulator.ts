import { createServer, STATUS_CODES } from 'node:http';
import express, { type Express } from 'express';
import type { z } from 'zod';
import { openAccountFiles } from './accounts/account-files.ts';
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { accountDefinition } from './accounts/definition.ts';
import { type ApiContext, createApi } from './api.ts';
import { createControl } from './control/control.ts';
import { StartFault } from './start-fault.ts';

/** What the simulator tells of itself; a pino logger fits. */
interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SimulatorSettings {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: the system chooses. */
  port?: number;
  /** Accounts there are from the start, by access token. */
  accounts?: Record<string, AccountInput>;
  /** Where accounts are kept between starts; without it they end with the process. */
  dataDir?: string;
  log?: Log;
}

/** An account as it is asked for; what is not given has a default. */
export type AccountInput = z.input<typeof accountDefinition>;

export interface Simulator {
  /** Without a path: the API is below `/api/1`, the control interface below `/control`. */
  url: string;
  /** Lets what is in flight end, within a second, and ends every other connection. */
  close(): Promise<void>;
}

/** Requests that take longer, such as those that are never answered, are cut off when the simulator stops. */
const GRACE_MS = 1000;

const silent: Log = { debug() {}, info() {}, error() {} };

/**
 * Starts the Broadstreet API's stand-in. Throws a `StartFault` where the address cannot be listened on or the folder
 * holds another account, and a zod error for an account that makes no sense.
 */
export async function createSimulator(settings: SimulatorSettings = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, log = silent } = settings;
  const files = settings.dataDir ? openAccountFiles(settings.dataDir) : null;
  const accounts = createAccounts(files);
  for (const [token, definition] of Object.entries(settings.accounts ?? {}))
    accounts.ensure(token, accountDefinition.parse(definition));

  const timers = createTimers();
  const app = createApp(accounts, timers.later, log);
  // A client's idle connection must not end under a request that it is just sending.
  const server = createServer({ keepAliveTimeout: 120_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    async close() {
      timers.clear();
      const closed = new Promise((resolve) => server.close(resolve));
      const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await closed;
      clearTimeout(impatience);
      files?.close();
    },
  };
}

function createApp(accounts: Accounts, later: ApiContext['later'], log: Log): Express {
  let unauthorized = 0;
  const app = express();
  app.disable('x-powered-by');
  const api = createApi({
    accounts,
    later,
    onUnauthorized: () => unauthorized++,
    onEnd: ({ route, status, at, ended_at }) =>
      log.debug({ route, status, durationMs: Math.round((ended_at ?? at) - at) }, 'request'),
  });
  app.use('/api/1', api);
  app.use('/control', createControl({ accounts, unauthorized: () => unauthorized }));
  app.use((_req, res) => {
    res.status(404).json({ message: 'the API is below /api/1, the control interface below /control' });
  });
  app.use(answerFailure(log));
  return app;
}

/** Callbacks that are still to come when the simulator stops, such as late commits, never come. */
function createTimers() {
  const timers = new Set<NodeJS.Timeout>();
  return {
    later: (delayMs: number, callback: () => void): void => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        callback();
      }, delayMs);
      timers.add(timer);
    },
    clear: (): void => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function explainListenError(error: Error, host: string, port: number): StartFault {
  const isTaken = 'code' in error && error.code === 'EADDRINUSE';
  return isTaken
    ? new StartFault('port', `${port} is taken on ${host}: stop what listens there, or give another port`, error)
    : new StartFault('host', `cannot be listened on (port ${port}): ${error.message}`, error);
}

/** A request that Express itself refuses (4xx), or a fault of the simulator: logged, and 500 where it can still be. */
function answerFailure(log: Log): express.ErrorRequestHandler {
  return (err, _req, res, _next) => {
    const status = typeof err?.status === 'number' && err.status < 500 ? err.status : 500;
    if (status === 500) log.error({ err }, 'a request failed');
    if (res.headersSent) res.socket?.destroy();
    else res.status(status).json({ message: STATUS_CODES[status] });
  };
}
