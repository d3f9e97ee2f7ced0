import { randomUUID } from 'node:crypto';
import { routes } from '@broadstreet-sync/contract';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import { bindAccess } from './access/access-routes.ts';
import { guardBoard } from './access/board-guard.ts';
import { createGate, type Gate, requireRoles } from './access/gate.ts';
import { bindConflictRoutes } from './entities/conflict-routes.ts';
import { bindDuplicateRoutes } from './entities/duplicate-routes.ts';
import { bindFreshnessRoutes } from './entities/freshness-routes.ts';
import { bindHistoryRoutes } from './entities/history-routes.ts';
import { bindLinkRoutes } from './entities/link-routes.ts';
import { bindLocalRoutes } from './entities/local-routes.ts';
import { bindProductionRoutes } from './entities/production-routes.ts';
import { bindProductionWrites } from './entities/production-writes.ts';
import { answerError } from './http/answer-error.ts';
import type { Binding } from './http/bind.ts';
import { mountAll } from './http/mount.ts';
import { ProblemError } from './http/problem-error.ts';
import { ownPagesOnly, sameMachineOnly } from './http/same-machine.ts';
import { type ApiParts, describeAccount } from './parts.ts';
import { createEstimates } from './runs/estimates.ts';
import { bindPlan } from './runs/plan-routes.ts';
import { bindPublication } from './runs/publish-run.ts';
import { bindRunEvents } from './runs/run-events.ts';
import { bindRunLists } from './runs/run-lists.ts';
import { createRunPace } from './runs/run-pace.ts';
import { bindRunRoutes } from './runs/run-routes.ts';
import { createRunViews } from './runs/run-view.ts';
import { createRunWatcher } from './runs/run-watcher.ts';
import { createStoreState } from './runs/store-state.ts';
import { bindSyncRoutes } from './runs/sync-routes.ts';
import { createTrigger } from './runs/trigger.ts';
import { createWorkerCount } from './runs/worker-count.ts';
import { bindScheduleRoutes } from './schedules/schedule-routes.ts';
import { createBoard } from './system/board.ts';
import { boardPath } from './system/board-path.ts';
import { serveDashboard } from './system/dashboard.ts';
import { bindDocsPage, docsFiles, serveDocsFiles } from './system/docs-page.ts';
import { bindOverview } from './system/overview-routes.ts';
import { bindRateRoutes } from './system/rate-routes.ts';
import { bindSettings } from './system/settings-routes.ts';
import { bindSystemRoutes } from './system/system-routes.ts';
import { bindToken } from './system/token-routes.ts';

export interface Api {
  readonly app: Express;
  /** Ends event streams and requests that wait for a run, so that the server can close. */
  close(): void;
}

/** The HTTP API, without a server: everything it needs is given. */
export function createApi(parts: ApiParts): Api {
  const { store, queues, log } = parts;
  const readAccount = () => describeAccount(parts);
  const countWorkers = createWorkerCount(queues);
  const estimates = createEstimates({ ...parts, countWorkers });
  const readPace = createRunPace({ ...parts, countWorkers, estimates, canStore: createStoreState(store) });
  const views = createRunViews({ store, readAccount, readPace });
  const watcher = createRunWatcher({ store, views, log });
  const startRun = createTrigger({ ...parts, views, watcher });
  const gate = createGate(parts);
  const bindings = [
    ...bindSyncRoutes(startRun),
    ...bindRunRoutes({ ...parts, views, startRun }),
    ...bindPublication({ ...parts, views, watcher }),
    ...bindRunEvents({ store, views, watcher }),
    ...bindScheduleRoutes({ ...parts, startRun }),
    ...bindRunLists(store),
    ...bindPlan(parts),
    ...bindLocalRoutes(store),
    ...bindLinkRoutes(store),
    ...bindProductionRoutes(parts),
    ...bindProductionWrites(store),
    ...bindConflictRoutes(store),
    ...bindDuplicateRoutes(store),
    ...bindFreshnessRoutes(parts),
    ...bindHistoryRoutes(store),
    ...bindOverview({ store, views }),
    ...bindSettings({ ...parts, readAccount }),
    ...bindToken({ ...parts, readAccount }),
    ...bindRateRoutes(parts),
    ...bindSystemRoutes({ ...parts, readAccount, countWorkers }),
    ...bindAccess({ ...parts, gate }),
    ...bindDocsPage(),
  ];
  requireAllRoutes(bindings);
  requireRoles(routes);

  const app = express();
  app.set('query parser', 'simple').disable('x-powered-by').disable('etag');
  app.use(requestLog(log), secureHeaders(), ownOnly(gate));
  app.use(boardPath, guardBoard({ ...parts, gate }), createBoard(queues.queues, readAccount));
  app.use('/api', noStore);
  app.use(docsFiles, serveDocsFiles());
  app.use(serveDashboard(parts.dashboardFolder));
  mountAll(app, { ...parts, gate }, bindings);
  app.use(unknownRoute, answerError(parts));
  return {
    app,
    close() {
      gate.close();
      watcher.close();
    },
  };
}

/** @throws Error naming the routes of the contract that nothing answers */
function requireAllRoutes(bindings: readonly Binding[]): void {
  const bound = new Set(bindings.map(({ route }) => route));
  const missing = routes.filter(({ route }) => !bound.has(route)).map(({ id }) => id);
  if (missing.length > 0) throw new Error(`routes without a handler: ${missing.join(', ')}`);
}

/** Keeps pages of others from using what a browser here may. */
function ownOnly(gate: Gate): RequestHandler {
  return async (req, _res, next) => {
    if (await gate.isOpen()) sameMachineOnly(req);
    else ownPagesOnly(req);
    next();
  };
}

function requestLog(log: ApiParts['log']): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (_req, res) => {
      const id = randomUUID();
      res.setHeader('x-request-id', id);
      return id;
    },
    customLogLevel: (req, res, error) => {
      if (error !== undefined || res.statusCode >= 500) return 'error';
      // A client that asks too often is logged once, not each time.
      if (res.statusCode === 429) return 'debug';
      return req.method === 'GET' && res.statusCode < 400 ? 'debug' : 'info';
    },
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  });
}

/** Served as http on loopback: what forces https would only break it. */
function secureHeaders(): RequestHandler {
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
  });
}

const noStore: RequestHandler = (_req, res, next) => {
  res.set('cache-control', 'no-store');
  next();
};

const unknownRoute: RequestHandler = () => {
  const detail = 'There is nothing at this address: /api/openapi.json lists all routes.';
  throw new ProblemError({ code: 'unknown_route', detail });
};
