import { z } from 'zod';
import { rateNow } from '../rates.ts';
import { defineRoute, none } from '../route.ts';
import { accountView } from '../runs.ts';

const tag = 'System';
const upOrDown = z.enum(['up', 'down']);

const status = z
  .object({
    name: z.string(),
    account: accountView,
    base_url: z.string(),
    read_only: z.boolean(),
    workers: z.int().nullable().meta({ description: 'How many are connected; null when Redis does not say.' }),
    rate: rateNow,
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Status' });
export type Status = z.output<typeof status>;

const readiness = z
  .object({
    status: z.enum(['ready', 'unavailable']),
    mongodb: upOrDown,
    redis: upOrDown,
    workers: z.int().nullable().meta({ description: 'How many are connected; null when Redis does not say.' }),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.output<typeof readiness>;

/** What tells of the process itself. */
export const systemRoutes = {
  home: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/',
      role: 'viewer',
      summary: 'Where to go from here',
      tag,
      answers: { 200: { description: 'The account and addresses.', body: status } },
    }),
  ],
  getStatus: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/status',
      role: 'viewer',
      summary: 'Whose account this is, and who works for it',
      tag,
      answers: { 200: { description: 'The account and addresses.', body: status } },
    }),
  ],
  isLive: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/health/live',
      role: 'anyone',
      summary: 'Whether the process answers',
      tag,
      answers: { 200: { description: 'It does.', body: z.object({ status: z.literal('live') }) } },
    }),
  ],
  isReady: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/health/ready',
      role: 'anyone',
      summary: 'Whether the process can do its work',
      tag,
      answers: {
        200: { description: 'Both stores answer.', body: readiness },
        503: { description: 'A store does not answer.', body: readiness },
      },
    }),
  ],
  getDocs: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/docs',
      role: 'viewer',
      summary: 'This API as a page',
      tag,
      answers: { 200: { description: 'The page.', body: z.string(), mediaType: 'text/html' } },
    }),
  ],
  getOpenApi: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/openapi.json',
      role: 'viewer',
      summary: 'This API as an OpenAPI document',
      tag,
      answers: { 200: { description: 'The document.', body: z.record(z.string(), z.unknown()) } },
    }),
  ],
};
