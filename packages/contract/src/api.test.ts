import { kindNames, kinds } from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import { api, pathOf, routes } from './api.ts';
import { endedRunStates, problems } from './index.ts';

describe('routes', () => {
  it('have one path and method each, and ids of their own', () => {
    const addresses = routes.map(({ route }) => `${route.method} ${route.path}`);

    expect(new Set(addresses).size).toBe(addresses.length);
    expect(new Set(routes.map(({ id }) => id)).size).toBe(routes.length);
  });

  it('name their parameters as their paths do', () => {
    for (const { route } of routes) {
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
      const given = Object.fromEntries(names.map((name) => [name, name === 'kind' ? 'zones' : 'a'.repeat(24)]));

      expect(route.params.safeParse(given).success, route.path).toBe(true);
      expect(route.params.safeParse({ ...given, more: 'x' }).success, route.path).toBe(false);
    }
  });

  it('are told of in sentences with the right articles', () => {
    const odd = routes.filter(({ route }) => /\ba [aeiou]/i.test(route.summary)).map(({ route }) => route.summary);

    expect(odd).toEqual([]);
  });

  it('answer with success, and with codes that there are', () => {
    for (const { route } of routes) {
      expect(Object.keys(route.answers).some((status) => status.startsWith('2'))).toBe(true);
      for (const code of route.problems) expect(problems).toHaveProperty(code);
    }
  });

  it.each(kindNames)('%s: has a trigger, local and production entities', (kind) => {
    const own = routes.filter(({ route }) => route.kind === kind).map(({ route }) => `${route.method} ${route.path}`);

    expect(new Set(own)).toEqual(
      new Set([
        `delete /api/local/${kind}/{_id}`,
        `get /api/${kind}`,
        `get /api/${kind}/{id}`,
        `get /api/${kind}/{id}/history`,
        `get /api/local/${kind}`,
        `get /api/local/${kind}/{_id}`,
        `get /api/local/${kind}/{_id}/candidates`,
        `patch /api/${kind}/{id}`,
        `delete /api/${kind}/{id}`,
        `post /api/${kind}/{id}/keep`,
        `patch /api/local/${kind}/{_id}`,
        `post /api/local/${kind}`,
        `post /api/local/${kind}/{_id}/link`,
        `post /api/sync/${kind}`,
      ]),
    );
  });
});

describe('a local entity of every kind', () => {
  it.each(Object.values(kinds))('$name: a draft may be empty, and nothing strange is in it', (kind) => {
    const route = api.createLocal.find((candidate) => candidate.kind === kind.name);
    const refused = [
      { _id: 'x' },
      { synced_with_api: true },
      { $set: {} },
      JSON.parse('{"__proto__":{}}'),
      [],
      'x',
      null,
    ];

    expect(route?.body.safeParse({}).success).toBe(true);
    for (const body of refused) expect(route?.body.safeParse(body).success, JSON.stringify(body)).toBe(false);
  });

  it.each(Object.values(kinds))('$name: no field takes an object', (kind) => {
    const route = api.createLocal.find((candidate) => candidate.kind === kind.name);

    for (const field of Object.keys(kind.fields.shape)) {
      expect(route?.body.safeParse({ [field]: { $gt: '' } }).success, field).toBe(false);
      expect(route?.body.safeParse({ [field]: null }).success, field).toBe(true);
    }
  });
});

describe('a trigger', () => {
  const body = api.syncKind[0]?.body;

  it.each([
    undefined,
    {},
    { direction: 'export', confirm: ['networks'] },
    { mode: 'due', max_age_hours: 2, filters: { network_id: 1, ids: [1, '1-2-3'], name: 'x' }, conflicts: 'manual' },
  ])('takes %j', (given) => {
    expect(body?.safeParse(given).success).toBe(true);
  });

  it.each([
    { direction: 'both' },
    { confirm: ['zones'] },
    { local_ids: ['x'] },
    { filters: { network_id: { $gt: 0 } } },
    { filters: { where: '1' } },
    { dry_run: 'true' },
    null,
    [],
  ])('refuses %j', (given) => {
    expect(body?.safeParse(given).success).toBe(false);
  });
});

describe('pathOf', () => {
  it('fills in parameters, encoded', () => {
    expect(pathOf({ path: '/api/{kind}/{id}' }, { kind: 'zones', id: 'a/b' })).toBe('/api/zones/a%2Fb');
  });
});

describe('endedRunStates', () => {
  it('has a held run among them', () => {
    expect(endedRunStates).toContain('held');
  });
});
