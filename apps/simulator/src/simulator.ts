import { createServer } from 'node:http';
import express from 'express';
import { createAccounts } from './accounts/accounts.ts';
import { type AccountDefinition, accountDefinition } from './accounts/definition.ts';
import { createApi } from './api.ts';
import { createControl } from './control/control.ts';

/** What the simulator tells of itself; a pino logger fits. */
export interface Log {
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
  log?: Log;
}

/** An account as it is asked for; what is not given has a default. */
export type AccountInput = Partial<Omit<AccountDefinition, 'settings'>> & {
  account: AccountDefinition['account'];
  settings?: Partial<AccountDefinition['settings']>;
};

export interface Simulator {
  /** Without a path: the API is below `/api/1`, the control interface below `/control`. */
  url: string;
  /** Ends every connection, those that hang too. */
  close(): Promise<void>;
}

const silent: Log = { debug() {}, info() {}, error() {} };

/**
 * Starts the Broadstreet API's stand-in. Throws where the address cannot be listened on, and for a definition of
 * an account that makes no sense.
 */
export async function createSimulator(settings: SimulatorSettings = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, log = silent } = settings;
  const accounts = createAccounts();
  for (const [token, definition] of Object.entries(settings.accounts ?? {}))
    accounts.put(token, accountDefinition.parse(definition));

  const timers = new Set<NodeJS.Timeout>();
  let unauthorized = 0;
  const app = express();
  app.disable('x-powered-by');
  app.use(
    '/api/1',
    createApi({
      accounts,
      later(delayMs, callback) {
        const timer = setTimeout(() => {
          timers.delete(timer);
          callback();
        }, delayMs);
        timers.add(timer);
      },
      onUnauthorized: () => unauthorized++,
      onEnd: ({ route, status, at, ended_at }) =>
        log.debug({ route, status, durationMs: Math.round((ended_at ?? at) - at) }, 'request'),
    }),
  );
  app.use('/control', createControl({ accounts, unauthorized: () => unauthorized }));
  app.use((_req, res) => {
    res.status(404).json({ message: 'the API is below /api/1, the control interface below /control' });
  });
  app.use(answerFailure(log));

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
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function explainListenError(error: Error, host: string, port: number): Error {
  const isTaken = 'code' in error && error.code === 'EADDRINUSE';
  const message = isTaken
    ? `port ${port} on ${host} is taken: stop what listens there, or set SIMULATOR_PORT to another one`
    : `cannot listen on ${host}:${port}: ${error.message}`;
  return new Error(message, { cause: error });
}

/** A fault of the simulator itself: logged, and answered with 500 where an answer can still be given. */
function answerFailure(log: Log): express.ErrorRequestHandler {
  return (err, _req, res, _next) => {
    log.error({ err }, 'a request failed');
    if (res.headersSent) res.socket?.destroy();
    else res.status(500).json({ message: 'the simulator failed; see its log' });
  };
}
