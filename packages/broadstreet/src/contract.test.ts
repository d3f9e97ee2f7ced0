import { readFileSync } from 'node:fs';
import { type EntityKind, kinds } from '@broadstreet-sync/domain';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

/** The published contract, as far as it is asked here. */
const operation = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional(),
  requestBody: z
    .looseObject({
      content: z.looseObject({
        'application/json': z.looseObject({ schema: z.looseObject({ properties: z.record(z.string(), z.unknown()) }) }),
      }),
    })
    .optional(),
});
const contract = z
  .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(
    JSON.parse(readFileSync(new URL('../../../apps/simulator/contract/openapi-v1.json', import.meta.url), 'utf8')),
  );

function operationOf(method: string, path: string) {
  const found = contract.paths[path.replace(':id', '{id}')]?.[method];
  return found === undefined ? null : operation.parse(found);
}

/** What a call uses must be there; the contract may have more. */
function expectCall(
  method: string,
  path: string,
  uses: { readonly query?: object | undefined; readonly body?: readonly string[] },
) {
  const found = operationOf(method, path);
  expect(found, `${method} ${path}`).not.toBeNull();
  const query = (found?.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const body = Object.keys(found?.requestBody?.content['application/json'].schema.properties ?? {});
  expect(query).toEqual(expect.arrayContaining(Object.keys(uses.query ?? {})));
  expect(body).toEqual(expect.arrayContaining([...(uses.body ?? [])]));
}

const all: readonly EntityKind[] = Object.values(kinds);

describe('what is asked of the API stands in its published contract', () => {
  test.each(all)('lists of $name', ({ list }) => {
    expectCall('get', list.path, { query: list.query });
    if (list.narrow) expectCall('get', list.path, { query: list.narrow.query });
  });

  test.each(all)('creation of $name', ({ create: { path, query, body = {}, fields } }) => {
    expectCall('post', path, { query, body: [...Object.keys(body), ...fields] });
  });

  test.each(all.filter(({ update }) => update))('update of $name', ({ update }) => {
    expectCall('put', update?.path ?? '', { body: update?.fields ?? [] });
  });

  test.each(all.filter(({ remove }) => remove))('removal of $name', ({ remove }) => {
    expectCall('delete', remove?.path ?? '', { query: remove?.query });
  });
});
