import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Account } from '../account.ts';
import { accountSettings } from '../account-settings.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { accountDefinition } from '../accounts/definition.ts';
import type { BoundedLog } from '../bounded-log.ts';
import { nowMs } from '../clock.ts';
import { findDuplicates } from '../duplicates.ts';
import { applyEdit, EditFault, editSchema } from '../edits.ts';
import { outageSchema, ruleSchema } from '../faults/rule.ts';
import { send } from '../send.ts';
import { countRows } from '../state.ts';
import { stateAnswer } from './state-answer.ts';

export interface ControlContext {
  accounts: Accounts;
  /** Requests whose token no account has. */
  unauthorized: () => number;
}

type Operation = (account: Account, req: Request, res: Response) => unknown;

/** What can be asked of one account; what an operation returns is the answer, nothing is 204. */
const operations: readonly { method: 'get' | 'post' | 'put' | 'patch' | 'delete'; path: string; run: Operation }[] = [
  { method: 'get', path: '', run: describe },
  {
    method: 'get',
    path: '/state',
    run: (account, req, res) => send(res, stateAnswer(account, isAsked(req, 'hidden'))),
  },
  { method: 'get', path: '/stats', run: ({ traffic }) => traffic.stats() },
  { method: 'post', path: '/stats/reset', run: ({ traffic }) => traffic.resetStats() },
  { method: 'get', path: '/journal', run: ({ traffic }, req) => readLog(traffic.writes, req) },
  { method: 'get', path: '/requests', run: ({ traffic }, req) => readLog(traffic.requests, req) },
  { method: 'get', path: '/duplicates', run: ({ state }) => findDuplicates(state) },
  { method: 'get', path: '/settings', run: ({ settings }) => settings },
  {
    method: 'patch',
    path: '/settings',
    run(account, req) {
      const changes = z.record(z.string(), z.unknown()).parse(req.body);
      account.settings = accountSettings.parse({ ...account.settings, ...changes });
      return account.settings;
    },
  },
  { method: 'get', path: '/faults', run: ({ faults }) => ({ items: faults.list() }) },
  {
    method: 'post',
    path: '/faults',
    run: ({ faults }, req, res) => {
      const id = faults.add(ruleSchema.parse(req.body));
      res.status(201);
      return { id };
    },
  },
  { method: 'delete', path: '/faults', run: ({ faults }) => faults.clear() },
  {
    method: 'delete',
    path: '/faults/:id',
    run({ faults }, req) {
      if (!faults.remove(Number(req.params.id))) throw new NotFound('no such rule');
    },
  },
  { method: 'get', path: '/outage', run: ({ faults }) => ({ outage: faults.outage(nowMs()) }) },
  {
    method: 'post',
    path: '/outage',
    run: ({ faults }, req) => faults.startOutage(outageSchema.parse(req.body), nowMs()),
  },
  { method: 'delete', path: '/outage', run: ({ faults }) => faults.endOutage() },
  { method: 'post', path: '/edit', run: ({ state }, req) => ({ row: applyEdit(state, editSchema.parse(req.body)) }) },
  {
    method: 'post',
    path: '/edits',
    run({ state }, req) {
      for (const edit of editsSchema.parse(req.body).edits) applyEdit(state, edit);
    },
  },
];

const editsSchema = z.strictObject({ edits: z.array(editSchema) });

class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** The control interface, under `/control`: for tests and demos, outside the API and uncounted. */
export function createControl({ accounts, unauthorized }: ControlContext): Router {
  const router = express.Router();
  router.use(express.json({ limit: '50mb' }));
  router.get('/', (_req, res) => {
    res.json({ simulator: true });
  });
  router.get('/stats', (_req, res) => {
    res.json({ unauthorized: unauthorized() });
  });

  router.put('/accounts/:token', (req, res) => {
    const account = accounts.put(tokenOf(req), accountDefinition.parse(req.body));
    res.status(201).json(describe(account));
  });
  router.delete('/accounts/:token', (req, res) => {
    if (!accounts.remove(tokenOf(req))) throw new NotFound('no such account');
    res.status(204).end();
  });
  for (const { method, path, run } of operations)
    router[method](`/accounts/:token${path}`, async (req, res) => {
      const account = accounts.find(tokenOf(req));
      if (!account) throw new NotFound('no such account');
      const result = await run(account, req, res);
      if (res.headersSent) return;
      if (result === undefined) res.status(204).end();
      else res.json(result);
    });
  router.use(() => {
    throw new NotFound('no such operation');
  });
  router.use(answerFault);
  return router;
}

function tokenOf(req: Request): string {
  return String(req.params.token);
}

function isAsked(req: Request, name: string): boolean {
  return req.query[name] === 'true';
}

function describe({ definition, settings, state }: Account) {
  return { ...definition, settings, rows: countRows(state) };
}

const logQuery = z.strictObject({ after: z.coerce.number().default(0) });

/** The entries of a log, or with `?after=SEQ` the later ones. */
function readLog<T extends { seq: number }>(log: BoundedLog<T>, req: Request) {
  const { after } = logQuery.parse(req.query);
  return { items: log.entries().filter(({ seq }) => seq > after), dropped: log.dropped() };
}

/** Input that cannot be used: 422 with each fault; no JSON: 400; nothing there: 404. */
const answerFault: ErrorRequestHandler = (error, _req, res, next) => {
  if (error instanceof z.ZodError)
    res.status(422).json({ errors: error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) });
  else if (error instanceof EditFault) res.status(422).json({ errors: [{ path: error.path, message: error.message }] });
  else if (error instanceof NotFound) res.status(404).json({ message: error.message });
  else if (error instanceof SyntaxError) res.status(400).json({ message: 'the body is not JSON' });
  else next(error);
};
