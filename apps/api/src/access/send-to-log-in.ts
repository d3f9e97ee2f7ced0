import type { Request, Response } from 'express';
import { ProblemError } from '../http/problem-error.ts';

/** A person who opens a page without being logged in is taken to the log-in, and back afterwards. @returns whether he is */
export function sendToLogIn(error: unknown, req: Request, res: Response): boolean {
  if (!(error instanceof ProblemError) || error.status !== 401) return false;
  if (req.method !== 'GET' || req.accepts(['json', 'html']) !== 'html') return false;
  res.set('cache-control', 'no-store').redirect(303, `/login?next=${encodeURIComponent(req.originalUrl)}`);
  return true;
}
