import type { Route } from '@broadstreet-sync/contract';
import { type Answer, type ProblemCode, problem, problems, problemsOf, routes } from '@broadstreet-sync/contract';
import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';

function describeAnswer({ description, body, mediaType = 'application/json', csv, headers }: Answer) {
  const types = csv === undefined ? [] : ['text/csv'];
  const content = body === null ? {} : { [mediaType]: { schema: body } };
  const asText = Object.fromEntries(types.map((type) => [type, { schema: z.string() }]));
  const shape = Object.entries(headers ?? {}).map(([name, meaning]) => [
    name,
    z.string().meta({ description: meaning }),
  ]);
  return {
    description,
    ...(body === null ? {} : { content: { ...content, ...asText } }),
    ...(shape.length === 0 ? {} : { headers: z.object(Object.fromEntries(shape)) }),
  };
}

function describeProblems(codes: readonly ProblemCode[]): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => {
      const description = group.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' ');
      return [`${status}`, { description, content: { 'application/problem+json': { schema: problem } } }];
    }),
  );
}

function describeRoute(id: string, route: Route) {
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)]);
  const hasBody = ['post', 'put', 'patch'].includes(route.method);
  const who =
    route.role === 'anyone'
      ? 'Anyone, without a key.'
      : `Asks for a key of the role ${route.role}, or one that may more.`;
  return {
    operationId: id,
    summary: route.summary,
    description: who,
    security: route.role === 'anyone' ? [] : [{ key: [] }, { session: [] }],
    tags: [route.tag],
    requestParams: { path: route.params, query: route.query, header: route.headers },
    ...(hasBody ? { requestBody: { content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      ...describeProblems(problemsOf(route)),
      ...Object.fromEntries(answers),
    },
  };
}

/** The OpenAPI document of all routes. */
export function createOpenApi(): Record<string, unknown> {
  const paths: ZodOpenApiPathsObject = {};
  for (const { id, route } of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(id, route) };
  }
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'broadstreet-sync',
      version: '0.1.0',
      description: 'Keeps a MongoDB and a Broadstreet account in step. Unofficial, not affiliated with Broadstreet.',
    },
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key, as `./sync keys create` prints it.' },
        session: { type: 'apiKey', in: 'cookie', name: 'broadstreet-sync-4000', description: 'By POST /api/session.' },
      },
    },
  });
  return { ...document };
}
