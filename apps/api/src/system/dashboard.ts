import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDashboardPage } from '@broadstreet-sync/contract';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';

const aYear = '1y';
/** Images of entities lie on other hosts; what is dropped on a page is shown from the page's own memory. */
const pagePolicy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "img-src 'self' data: blob: https:",
  "object-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
].join('; ');

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>broadstreet-sync</title>
<h1>The dashboard has not been built</h1>
<p>Start everything with <code>npm start</code>, which builds it, or build it alone: <code>npm run build</code>.</p>
<p>The API is up: <a href="/api/status">its status</a>, <a href="/api/openapi.json">its routes</a>, <a href="/admin/queues">its queues</a>.</p>
`;

/** Programs that ask for the root get JSON, people the page. */
function wantsPage(req: Request): boolean {
  const isRead = req.method === 'GET' || req.method === 'HEAD';
  return isRead && isDashboardPage(req.path) && (req.path !== '/' || req.accepts(['json', 'html']) === 'html');
}

function isMistyped(req: Request): boolean {
  return req.method === 'GET' && !/^\/(api|admin)(\/|$)/.test(req.path) && req.accepts(['json', 'html']) === 'html';
}

/**
 * The built dashboard: its files, whose names change with their content, and one page for every address of the
 * dashboard's own. Whether it is built is looked at with each request, since that may come later.
 *
 * @param folder null: nothing is served
 */
export function serveDashboard(folder: string | null): RequestHandler {
  const router = Router();
  if (folder === null) return router;
  const page = join(folder, 'index.html');
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: aYear, index: false }));
  const sendPage = (res: Response, status: number) => {
    res.set({ 'content-security-policy': pagePolicy, 'cache-control': 'no-cache', vary: 'accept' });
    if (!existsSync(page)) return void res.status(503).type('html').send(notBuilt);
    res.status(status).sendFile(page, { cacheControl: false });
  };
  router.use((req, res, next) => (wantsPage(req) ? sendPage(res, 200) : next()));
  router.use(express.static(folder, { index: false, redirect: false }));
  // A person who mistyped an address is told so by the page, which knows the way on.
  router.use((req, res, next) => (isMistyped(req) ? sendPage(res, 404) : next()));
  return router;
}
