import { setTimeout as delay } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';
import type { Account } from './account.ts';
import type { Accounts } from './accounts/accounts.ts';
import { type Answer, notFound, tooManyRequests, unauthorized } from './answers.ts';
import { nowMs } from './clock.ts';
import { applyFault } from './faults/apply.ts';
import { closed } from './faults/deliver.ts';
import { retryAfterHeader } from './rate-limit.ts';
import { readRequestBody } from './read-request-body.ts';
import { routes } from './routes/index.ts';
import { Refusal, type Route, toId } from './routes/route.ts';
import { send } from './send.ts';
import type { RequestEntry, WriteEntry } from './traffic.ts';

/** What the API tells of the process's life. */
export interface ApiContext {
  accounts: Accounts;
  later: (delayMs: number, callback: () => void) => void;
  /** A request that no account answers for. */
  onUnauthorized(): void;
  /** A request is over. Never holds the token. */
  onEnd(entry: RequestEntry): void;
}

/** The calls of the contract, under `/api/1`. */
export function createApi(context: ApiContext): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  for (const route of routes)
    router.all(route.path.replace('{id}', ':id'), (req, res, next) =>
      req.method === route.method ? serve(context, route, req, res) : next(),
    );
  router.use((req, res) => serve(context, null, req, res));
  return router;
}

async function serve(context: ApiContext, route: Route | null, req: Request, res: Response): Promise<void> {
  const at = nowMs();
  const { pathname, searchParams } = new URL(req.url, 'http://simulator');
  const { access_token = '', ...query } = Object.fromEntries(searchParams);
  const account = context.accounts.find(access_token);
  if (!account) {
    context.onUnauthorized();
    return send(res, unauthorized());
  }

  const name = `${req.method} ${route?.path ?? '(no such route)'}`;
  const entry = account.traffic.begin({ method: req.method, route: name, path: pathname, query }, at);
  const write = req.method === 'GET' || req.method === 'HEAD' ? null : account.traffic.write(entry);
  let isWhole = false;
  try {
    isWhole = await respond(context, account, { route, entry, write, id: toId(req.params.id) ?? 0 }, req, res);
  } catch (error) {
    // A client that goes while it sends its body is no fault of ours; anything else is.
    if (!req.destroyed || req.complete) throw error;
  } finally {
    account.traffic.end(entry, res.headersSent ? res.statusCode : null, nowMs());
    context.onEnd(entry);
    await closed(res);
    entry.answered = isWhole && res.writableFinished;
    if (write) write.answered = entry.answered;
  }
}

interface Task {
  route: Route | null;
  entry: RequestEntry;
  write: WriteEntry | null;
  id: number;
}

/** Answers, or lets the fault happen that this request meets; true where a whole answer went out. */
async function respond(context: ApiContext, account: Account, task: Task, req: Request, res: Response) {
  const { route, entry, write } = task;
  const { body, refusal } = await readRequestBody(req);
  if (write) write.body = body;
  const request = { method: entry.method, route: route?.path ?? '', query: entry.query, body };

  function answer(answer: Answer): Promise<boolean> {
    if (write && !write.committed) write.status = answer.status;
    return send(res, answer).then(() => true);
  }

  let fault = account.faults.pickOutage(request, nowMs());
  if (!fault) {
    const limited = takeSlot(account, route?.path ?? '', nowMs());
    if (limited) return answer(limited);
    fault = account.faults.pick(request);
  }

  await waitLatency(account);
  const carryOut = () => refusal ?? runRoute(account, task, body);
  if (!fault) return answer(carryOut());
  const { state, random } = account;
  const isWhole = await applyFault(fault, { res, state, random, carryOut, later: context.later });
  if (write && write.status === null && res.headersSent) write.status = res.statusCode;
  return isWhole;
}

function takeSlot(account: Account, path: string, now: number): Answer | null {
  const { settings } = account;
  const isReport = path === '/records';
  const rate = isReport ? settings.records_rate : settings.rate;
  const waitMs = rate && (isReport ? account.recordsLimit : account.rateLimit).take(rate, now);
  return waitMs === null ? null : tooManyRequests(retryAfterHeader(settings.retry_after, waitMs, Date.now()));
}

async function waitLatency({ settings, random }: Account): Promise<void> {
  const latencyMs = settings.latency_ms + settings.latency_jitter_ms * random.next();
  if (latencyMs > 0) await delay(latencyMs);
}

/** Carries a request out and notes what it wrote. */
function runRoute(account: Account, { route, entry, write, id }: Task, body: Record<string, unknown>): Answer {
  const answer = handle();
  if (write) {
    write.status = answer.status;
    if (answer.written) Object.assign(write, { ...answer.written, committed: true, committed_at: nowMs() });
  }
  return answer;

  function handle(): Answer {
    if (!route) return notFound();
    const { state, settings } = account;
    try {
      return route.handle({ state, settings, id, query: entry.query, body, now: Date.now() });
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }
}
