import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { api } from '@broadstreet-sync/contract';
import { type RequestHandler, Router } from 'express';
import { answered, type Binding, bind } from '../http/bind.ts';

/** Where the files of the page are; its own address is the route's. */
export const docsFiles = '/api/docs';
/** What of Swagger UI the page needs. */
const files = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of broadstreet-sync</title>
<link rel="icon" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</html>
`;

/** A file of its own: the page's policy allows no script in the page. */
const start = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  filter: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** The API for readers, who can try it there too. */
export function bindDocsPage(): Binding[] {
  return bind(api.getDocs, async (_input, { res }) => {
    res.status(200).type('html').send(page);
    return answered;
  });
}

/** Scripts and styles of the page, which tell nothing of an installation: nobody else's host is asked for them. */
export function serveDocsFiles(): RequestHandler {
  const folder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const router = Router();
  for (const name of files) {
    // Under a root: a folder of pnpm's, whose name begins with a dot, lies on the way to it.
    const options = { root: folder, cacheControl: false, headers: { 'cache-control': 'public, max-age=86400' } };
    router.get(`/${name}`, (_req, res) => res.sendFile(name, options));
  }
  router.get('/start.js', (_req, res) => void res.type('js').send(start));
  return router;
}
