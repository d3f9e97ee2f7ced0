import type { Store } from '@broadstreet-sync/store';
import type { Request, RequestHandler, Response } from 'express';
import { untilStoreIsAway } from '../http/patience.ts';
import { ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { deedOf } from './audit-trail.ts';
import type { Gate } from './gate.ts';
import { sendToLogIn } from './send-to-log-in.ts';
import type { Who } from './who.ts';

interface GuardParts extends Pick<ApiParts, 'log'> {
  readonly store: Store;
  readonly gate: Gate;
}

const reads: readonly string[] = ['GET', 'HEAD'];

/** Lets viewers and operators look at Bull Board, and admins act there; what they do is kept. */
export function guardBoard(parts: GuardParts): RequestHandler {
  const { store, gate } = parts;
  return async (req, res, next) => {
    try {
      const who = await untilStoreIsAway(store, gate.admit(req, 'viewer'), () => res.destroyed);
      res.locals.who = who;
      if (!reads.includes(req.method)) {
        if (who.role !== 'admin') throw onlyShows();
        await keep(parts, who, req, res);
      }
    } catch (error) {
      if (sendToLogIn(error, req, res)) return;
      throw error;
    }
    next();
  };
}

async function keep({ store, log }: GuardParts, who: Who, req: Request, res: Response): Promise<void> {
  const id = await store.audit.begin(deedOf(req, res, 'board', who));
  res.once('close', () => {
    void store.audit.end(id, { status: res.statusCode, code: null, run_id: null }).catch((err: unknown) => {
      log.error({ err }, 'what came of a deed on the board is not in the audit trail');
    });
  });
}

function onlyShows(): ProblemError {
  const detail =
    'The board only shows what there is: to pause, repeat or remove jobs there asks for a key of an admin.';
  return new ProblemError({ code: 'method_not_allowed', detail, headers: { allow: 'GET, HEAD' } });
}
