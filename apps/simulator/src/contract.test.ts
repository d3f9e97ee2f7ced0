import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  advertisementBody,
  advertiserBody,
  campaignBody,
  networkBody,
  placementBody,
  zoneBody,
} from './routes/bodies.ts';
import { routes } from './routes/index.ts';
import { startAccount } from './testing/start-account.ts';

/** As much of a schema of the contract as the test looks at. */
const schema = z.object({
  $ref: z.string().optional(),
  get allOf() {
    return z.array(schema).optional();
  },
  get items() {
    return schema.optional();
  },
  // One property of the contract is a string where a schema belongs (PUT /campaigns/{id}, name).
  get properties() {
    return z.record(z.string(), schema.or(z.string().transform(() => ({})))).optional();
  },
});
type Schema = z.output<typeof schema>;

const content = z.object({ 'application/json': z.object({ schema }) });
const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.enum(['path', 'query']) })).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const contract = z
  .object({
    components: z.object({ schemas: z.record(z.string(), schema) }),
    paths: z.record(z.string(), z.record(z.string(), operation)),
  })
  .parse(JSON.parse(readFileSync(new URL('../contract/openapi-v1.json', import.meta.url), 'utf8')));

/** `GET /zones/{id}` and so on: the parameter always has the same name. */
function keyOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replace(/\{\w+\}/, '{id}')}`;
}

/** Without the query that tells the contract's two reports apart. */
function routeOf(key: string): string {
  return key.replace('?type=custom', '');
}

const operations = new Map(
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => [keyOf(method, path), described] as const),
  ),
);

/** Every property's path in a value that its schema does not have. */
function unknownProperties(value: unknown, described: Schema, at = ''): string[] {
  const resolved = resolve(described);
  if (Array.isArray(value)) return value.flatMap((item) => unknownProperties(item, resolved.items ?? resolved, at));
  const { properties } = resolved;
  if (typeof value !== 'object' || value === null || !properties) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const property = properties[name];
    return property ? unknownProperties(field, property, `${at}.${name}`) : [`${at}.${name}`];
  });
}

function resolve(described: Schema): Schema {
  if (described.$ref) return resolve(contract.components.schemas[described.$ref.split('/').at(-1) ?? ''] ?? {});
  if (!described.allOf) return described;
  return { properties: Object.assign({}, ...described.allOf.map((part) => resolve(part).properties)) };
}

/** A call of each operation, in an order that leaves its parents there; ids are those of account R. */
const calls: readonly { method: string; path: string; query?: string; id?: number; body?: unknown; status: number }[] =
  [
    { method: 'GET', path: '/networks', status: 200 },
    {
      method: 'POST',
      path: '/networks',
      body: { name: 'A', logo: 'https://a.example/l.png', web_home_url: 'https://a.example' },
      status: 201,
    },
    { method: 'POST', path: '/networks', body: {}, status: 422 },
    { method: 'GET', path: '/networks/{id}', id: 9007, status: 200 },
    { method: 'GET', path: '/networks/{id}', id: 1, status: 404 },
    { method: 'PUT', path: '/networks/{id}', id: 9007, body: { name: 'B' }, status: 200 },
    { method: 'PUT', path: '/networks/{id}', id: 9007, body: {}, status: 422 },
    { method: 'GET', path: '/networks/{id}/highlights', id: 9007, status: 200 },
    { method: 'POST', path: '/networks/{id}/network_admins', id: 9007, query: 'user_id=1', status: 201 },
    { method: 'DELETE', path: '/networks/{id}/network_admins', id: 9007, query: 'user_id=1', status: 400 },
    { method: 'GET', path: '/advertisers', query: 'network_id=9007', status: 200 },
    {
      method: 'POST',
      path: '/advertisers',
      query: 'network_id=9007',
      body: { name: 'A', web_home_url: 'https://a.example', notes: 'n' },
      status: 201,
    },
    { method: 'GET', path: '/advertisers/{id}', id: 210001, status: 200 },
    { method: 'GET', path: '/advertisers/{id}', id: 1, status: 404 },
    { method: 'PUT', path: '/advertisers/{id}', id: 210001, body: { notes: 'n' }, status: 200 },
    { method: 'POST', path: '/advertisers/{id}/advertiser_admins', id: 210001, query: 'user_id=1', status: 201 },
    { method: 'GET', path: '/zones', query: 'network_id=9007', status: 200 },
    { method: 'POST', path: '/zones', query: 'network_id=9007', body: { name: 'A', alias: 'a' }, status: 201 },
    { method: 'GET', path: '/zones/{id}', id: 180004, status: 200 },
    { method: 'PUT', path: '/zones/{id}', id: 180004, body: { name: 'A' }, status: 200 },
    { method: 'GET', path: '/advertisements', query: 'network_id=9007', status: 200 },
    { method: 'GET', path: '/advertisements', query: 'network_id=9014&advertiser_id=210001', status: 200 },
    { method: 'GET', path: '/advertisements', query: 'network_id=9014&zone_id=180017', status: 200 },
    {
      method: 'POST',
      path: '/advertisements',
      query: 'advertiser_id=210001',
      body: { type: 'static', name: 'A', destination: 'https://a.example', active_url: 'https://a.example/a.png' },
      status: 201,
    },
    { method: 'POST', path: '/advertisements', query: 'advertiser_id=210001', body: { type: 'video' }, status: 422 },
    { method: 'GET', path: '/campaigns', query: 'advertiser_id=210001', status: 200 },
    { method: 'GET', path: '/campaigns', query: 'zone_id=180017', status: 200 },
    {
      method: 'POST',
      path: '/campaigns',
      query: 'advertiser_id=210001',
      body: {
        name: 'A',
        start_date: '2026-01-01',
        end_date: '2026-02-01 12:00:00',
        max_impression_count: 1,
        archived: false,
        display_type: 'no_repeat',
        pacing_type: 'even',
        impression_max_type: 'goal',
        paused: true,
        weight: 0.5,
        notes: 'n',
      },
      status: 201,
    },
    { method: 'GET', path: '/campaigns/{id}', id: 760001, status: 200 },
    { method: 'PUT', path: '/campaigns/{id}', id: 760001, body: { weight: 127 }, status: 200 },
    { method: 'GET', path: '/placements', query: 'campaign_id=760001', status: 200 },
    {
      method: 'POST',
      path: '/placements',
      body: { campaign_id: 760001, advertisement_id: 1120026, zone_id: 180004, restrictions: 'phone' },
      status: 201,
    },
    {
      method: 'DELETE',
      path: '/placements',
      query: 'campaign_id=760001&advertisement_id=1120026&zone_id=180004',
      status: 204,
    },
    { method: 'GET', path: '/records', query: 'type=advertiser&id=210001', status: 200 },
    { method: 'GET', path: '/records?type=custom', query: '&network_id=9007&select=zone.id&group=zone', status: 200 },
    { method: 'DELETE', path: '/campaigns/{id}', id: 760001, status: 204 },
    { method: 'DELETE', path: '/zones/{id}', id: 180004, status: 204 },
    { method: 'DELETE', path: '/advertisers/{id}', id: 210001, status: 204 },
  ];

describe('the published contract', () => {
  it('has each route that is served, and each of its operations is served', () => {
    const served = routes.map(({ method, path }) => keyOf(method, path));

    expect(new Set(served)).toEqual(new Set([...operations.keys()].map(routeOf)));
    expect(new Set(calls.map(({ method, path }) => keyOf(method, path)))).toEqual(new Set(operations.keys()));
  });

  it('documents the status and every property of each answer', async () => {
    const account = await startAccount({ account: 'R', settings: { placements_envelope: 'placement' } });

    for (const { method, path, query, id, body, status } of calls) {
      const key = keyOf(method, path);
      const answered = await account.api(
        method,
        `${path.replace('{id}', String(id))}${path.includes('?') ? '' : '?'}${query ?? ''}`,
        body,
      );
      const documented = operations.get(key)?.responses[String(status)];
      const described = documented?.content?.['application/json'].schema;

      expect(answered.status, key).toBe(status);
      expect(documented, `${key} documents ${status}`).toBeDefined();
      if (described) expect(unknownProperties(answered.body, described), key).toEqual([]);
      else if (status < 400) expect(answered.body, `${key} has no body`).toBeUndefined();
    }
  });

  it.each([
    ['POST /networks', networkBody],
    ['PUT /networks/{id}', networkBody],
    ['POST /advertisers', advertiserBody],
    ['PUT /advertisers/{id}', advertiserBody],
    ['POST /zones', zoneBody],
    ['PUT /zones/{id}', zoneBody],
    ['POST /advertisements', advertisementBody],
    ['POST /campaigns', campaignBody],
    ['PUT /campaigns/{id}', campaignBody],
    ['POST /placements', placementBody],
  ])('has the fields that %s takes, and no others', (key, body) => {
    const described = operations.get(key)?.requestBody?.content['application/json'].schema;

    expect(Object.keys(body.shape).sort()).toEqual(Object.keys(described?.properties ?? {}).sort());
  });
});
