import { createHmac, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

const secretBytes = 32;

/** Cookies know no ports: two installations on one host would log each other out. */
function cookieName({ headers: { host = '' } }: Request): string {
  return `broadstreet-sync-${/:(\d{1,5})$/.exec(host)?.[1] ?? 'session'}`;
}

/** What the cookie of a request holds; null without one. */
export function readCookie(req: Request): string | null {
  const name = cookieName(req);
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined && value !== '') return value;
  }
  return null;
}

/** Browsers say by what they came; a proxy that ends TLS says so too. */
function isHttps({ headers, secure }: Request): boolean {
  return secure || headers['x-forwarded-proto'] === 'https' || headers.origin?.startsWith('https://') === true;
}

/** Out of reach for scripts, sent with requests of the dashboard's own pages alone, and over https where there is https. */
function attributesOf(req: Request) {
  return { httpOnly: true, sameSite: 'strict', secure: isHttps(req), path: '/' } as const;
}

export function setCookie(req: Request, res: Response, value: string, expires: Date): void {
  res.cookie(cookieName(req), value, { ...attributesOf(req), expires });
}

export function clearCookie(req: Request, res: Response): void {
  res.clearCookie(cookieName(req), attributesOf(req));
}

export function newSessionSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

/**
 * Under what a session is stored: who reads the database cannot log in by it, and who writes to it cannot without the
 * secret key.
 */
export function hashOfSession(secret: string, secretKey: string): string {
  return createHmac('sha256', secretKey).update(secret).digest('hex');
}
