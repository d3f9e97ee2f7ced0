import type { Deed, DeedOutcome, Store } from '@broadstreet-sync/store';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AnyReply, answered } from '../http/bind.ts';
import { toProblem } from '../http/to-problem.ts';
import type { ApiParts } from '../parts.ts';
import type { Who } from './who.ts';

const mostFields = 50;
const longestField = 64;
const longestPath = 512;

/** A reply, or the part of a problem, that is a run. */
const isRun = z.looseObject({ id: z.string(), operation: z.string() });

/** By which the log has a request. */
export function requestIdOf(res: Response): string {
  return String(res.getHeader('x-request-id') ?? '');
}

/** What somebody asks for: names of fields, never values, which may be secret. */
export function deedOf(req: Request, res: Response, action: string, who: Pick<Who, 'name' | 'role' | 'keyId'>): Deed {
  const body: unknown = req.body;
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
  return {
    name: who.name,
    role: who.role,
    key_id: who.keyId,
    address: req.socket.remoteAddress ?? null,
    action,
    method: req.method,
    // Without the query, in which people put what they should not.
    path: `${req.baseUrl}${req.path}`.slice(0, longestPath),
    fields: fields.slice(0, mostFields).map((field) => field.slice(0, longestField)),
    request_id: requestIdOf(res),
  };
}

function outcomeOf({ status, body }: AnyReply): DeedOutcome {
  const run = isRun.safeParse(body).data;
  return { status, code: null, run_id: run?.id ?? null };
}

/**
 * Does what somebody asked for, and keeps that he did: that he asks is stored before anything is done.
 *
 * @throws what `work` throws
 */
export async function withTrail(
  { store, log }: Pick<ApiParts, 'log'> & { readonly store: Pick<Store, 'audit'> },
  deed: Deed,
  work: () => Promise<AnyReply | typeof answered>,
): Promise<AnyReply | typeof answered> {
  const id = await store.audit.begin(deed);
  const end = async (outcome: DeedOutcome) => {
    await store.audit.end(id, outcome).catch((err: unknown) => {
      log.error({ err, request: deed.request_id }, 'what came of a request is not in the audit trail');
    });
  };
  try {
    const reply = await work();
    await end(typeof reply === 'symbol' ? { status: 200, code: null, run_id: null } : outcomeOf(reply));
    return reply;
  } catch (error) {
    const { status, code } = toProblem(error, deed.request_id ?? '');
    await end({ status, code, run_id: null });
    throw error;
  }
}
