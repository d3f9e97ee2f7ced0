import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createClient, createZone, errorOf, listZones, zoneRow } from './testing/client.ts';
import { type Answering, type Host, sendJson, startHost } from './testing/host.ts';
import type { Broadstreet, ListRequest } from './types.ts';

let answer: Answering = () => undefined;
let host: Host;
let client: Broadstreet;

beforeEach(async () => {
  host = await startHost((...request) => answer(...request));
  client = createClient({ baseUrl: host.baseUrl, maxBodyBytes: 100_000 });
});
afterEach(async () => {
  client.close();
  await host.stop();
});

function answers(body: unknown, status = 200): void {
  answer = (response) => sendJson(response, status, body);
}

function answersText(text: string | Buffer, headers: Record<string, string>, status = 200): void {
  answer = (response) => response.writeHead(status, headers).end(text);
}

/** Sends a text three bytes at a time. */
function answersInParts(text: string, headers: Record<string, string>): void {
  answer = (response) => {
    response.writeHead(200, headers).flushHeaders();
    const send = (from: number): void => {
      if (from >= text.length) response.end();
      else response.write(text.slice(from, from + 3), () => setImmediate(send, from + 3));
    };
    send(0);
  };
}

const json = { 'content-type': 'application/json' };
const listPlacements: ListRequest = {
  path: '/placements',
  query: { campaign_id: 9 },
  envelopes: ['placements', 'placement'],
  bare: true,
  row: z.looseObject({ advertisement_id: z.int(), zone_id: z.int() }),
  identity: ['campaign_id', 'advertisement_id', 'zone_id'],
};
const placement = { advertisement_id: 2, zone_id: 3 };

describe('a list', () => {
  test('gives its rows as they are, unknown fields included', async () => {
    const rows = [
      { id: 1, name: ' Äußere  Blanks ', odd: { deep: [1, null] }, alias: null },
      { id: 2, name: '' },
    ];
    answers({ zones: rows, total: 2 });

    expect(await client.list(listZones)).toEqual(rows);
  });

  test('may be empty when it says so', async () => {
    answers({ zones: [] });

    expect(await client.list(listZones)).toEqual([]);
  });

  test('of placements comes in three forms', async () => {
    const forms = [[placement], { placements: [placement] }, { placement }, { placement: [placement] }];

    for (const form of forms) {
      answers(form);
      expect(await client.list(listPlacements)).toEqual([placement]);
      answersInParts(JSON.stringify(form), json);
      expect(await client.list(listPlacements)).toEqual([placement]);
    }
  });

  test('is read packed, and in any JSON type', async () => {
    const packed = gzipSync(JSON.stringify({ zones: [{ id: 1, name: 'é' }] }));
    answersText(packed, { 'content-type': 'application/vnd.api+json', 'content-encoding': 'gzip' });

    expect(await client.list(listZones)).toEqual([{ id: 1, name: 'é' }]);
  });

  test('loses keys that could reach a prototype', async () => {
    answersText('{"zones":[{"id":1,"name":"x","__proto__":{"a":1},"\\u0063onstructor":{"b":2}}]}', json);

    const [row] = await client.list(listZones);

    expect(Object.keys(row ?? {})).toEqual(['id', 'name']);
    expect({ ...row }).not.toHaveProperty('a');
  });

  test.for([
    ['a page', '<html>Down for maintenance</html>', { 'content-type': 'text/html' }, 'not_json'],
    ['a page that claims to be JSON', '<html></html>', json, 'unparsable'],
    ['JSON that claims to be a page', '{"zones":[]}', { 'content-type': 'text/html' }, 'not_json'],
    ['no type', '{"zones":[]}', {}, 'not_json'],
    ['nothing', '', json, 'empty_body'],
    ['blanks', ' \n', json, 'empty_body'],
    ['an empty object', '{}', json, 'wrong_envelope'],
    ['null', 'null', json, 'wrong_envelope'],
    ['a word', '"zones"', json, 'wrong_envelope'],
    ['a bare array', '[]', json, 'wrong_envelope'],
    ['another envelope', '{"networks":[]}', json, 'wrong_envelope'],
    ['null in the envelope', '{"zones":null}', json, 'wrong_envelope'],
    ['an object in the envelope', '{"zones":{"id":1,"name":"x"}}', json, 'wrong_envelope'],
    ['an envelope of the prototype', '{"__proto__":{"zones":[]}}', json, 'wrong_envelope'],
    ['errors beside the rows', '{"zones":[],"errors":{"network_id":"gone"}}', json, 'holds_errors'],
    ['an error beside the rows', '{"zones":[],"error":"busy"}', json, 'holds_errors'],
    ['a cut body', '{"zones":[{"id":1,"na', json, 'unparsable'],
    ['a null row', '{"zones":[null]}', json, 'invalid_row'],
    ['a row without id', '{"zones":[{"name":"x"}]}', json, 'invalid_row'],
    ['a null id', '{"zones":[{"id":null,"name":"x"}]}', json, 'invalid_row'],
    ['an id that is a text', '{"zones":[{"id":"1","name":"x"}]}', json, 'invalid_row'],
    ['a negative id', '{"zones":[{"id":-1,"name":"x"}]}', json, 'invalid_row'],
    ['a row of another form', '{"zones":[{"id":1,"name":["x"]}]}', json, 'invalid_row'],
    ['an id that is no integer', '{"zones":[{"id":1.5,"name":"x"}]}', json, 'invalid_row'],
    ['the same id twice', '{"zones":[{"id":1,"name":"x"},{"id":1,"name":"y"}]}', json, 'duplicate_row'],
    ['two lists', '{"zones":[{"id":1,"name":"x"}],"zones":[]}', json, 'wrong_envelope'],
    ['more than a list', '{"zones":[{"id":1,"name":"x"}]}]', json, 'unparsable'],
    ['a list without its end', '{"zones":[{"id":1,"name":"x"}]', json, 'unparsable'],
    ['a list with a gap', '{"zones":[{"id":1,"name":"x"},]}', json, 'unparsable'],
  ] as const)('that is %s is against the contract', async ([, text, headers, code]) => {
    for (const send of [answersText, answersInParts]) {
      send(text, headers);
      const batches: unknown[] = [];

      const error = await errorOf(client.listInBatches(listZones, (rows) => void batches.push(rows)));

      expect(error).toMatchObject({ category: 'contract', code, status: 200 });
      expect(batches).toEqual([]);
    }
  });

  test('that is no UTF-8 is against the contract', async () => {
    answersText(Buffer.from('{"zones":[{"id":1,"name":"\xff"}]}', 'latin1'), json);

    expect(await errorOf(client.list(listZones))).toMatchObject({ category: 'contract', code: 'unparsable' });
  });

  test('that is longer than anything reasonable is against the contract', async () => {
    answers({ zones: [{ id: 1, name: 'x'.repeat(200_000) }] });

    expect(await errorOf(client.list(listZones))).toMatchObject({ category: 'contract', code: 'too_large' });
  });

  test('that is cut anywhere is never read', async () => {
    const whole = JSON.stringify({ zones: [{ id: 1, name: 'one' }] });
    const codes = new Set<string>();

    for (let length = 0; length < whole.length; length += 1) {
      const part = whole.slice(0, length);
      answer = (response) => {
        response.writeHead(200, { ...json, 'content-length': whole.length });
        response.write(part, () => response.destroy());
        if (length === 0) response.flushHeaders();
      };
      codes.add((await errorOf(client.list(listZones))).code);
      answer = (response) => response.writeHead(200, { ...json, connection: 'close' }).end(part);
      codes.add((await errorOf(client.list(listZones))).code);
    }

    expect([...codes].sort()).toEqual(['empty_body', 'truncated', 'unparsable']);
  });

  test('that is packed and cut is never read', async () => {
    const packed = gzipSync(JSON.stringify({ zones: [{ id: 1, name: 'one' }] }));
    answersText(packed.subarray(0, -12), { ...json, 'content-encoding': 'gzip' });

    expect(await errorOf(client.list(listZones))).toMatchObject({ category: 'contract' });
  });
});

describe('one row', () => {
  const getZone = { path: '/zones/1', envelope: 'zone', row: zoneRow };

  test('is read wrapped and bare', async () => {
    for (const form of [{ zone: { id: 1, name: 'x' } }, { id: 1, name: 'x' }]) {
      answers(form);
      expect(await client.get(getZone)).toEqual({ id: 1, name: 'x' });
    }
  });

  test.for([[{ zones: [] }], [{ zone: null }], [{ zone: {} }], [[]], [{}]])('is not read from %j', async ([body]) => {
    answers(body);

    expect(await errorOf(client.get(getZone))).toMatchObject({ category: 'contract' });
  });
});

describe('the answer to a write', () => {
  test('is the row, wrapped or bare', async () => {
    for (const form of [{ zone: { id: 1, name: 'x' } }, { id: 1, name: 'x' }]) {
      answers(form, 201);
      expect(await client.write(createZone)).toEqual({ id: 1, name: 'x' });
    }
  });

  test('may be part of a row, with its id', async () => {
    answers({ zone: { id: 1, html: '<b>' } }, 201);

    expect(await client.write({ ...createZone, answers: 'partial' })).toEqual({ id: 1, html: '<b>' });
  });

  test('may be nothing', async () => {
    const nothing = { ...createZone, answers: 'nothing' } as const;
    const forms: Answering[] = [
      (response) => response.writeHead(204).end(),
      (response) => response.writeHead(201).end(),
      (response) => response.writeHead(201, { 'content-type': 'text/html' }).end(' '),
      (response) => sendJson(response, 200, { placement }),
    ];

    for (answer of forms) expect(await client.write(nothing)).toBeNull();
  });

  test.for([
    ['row', '', json],
    ['row', '{}', json],
    ['row', '{"zone":null}', json],
    ['row', '{"zone":{"id":1}}', json],
    ['row', '{"zone":{"id":1,"na', json],
    ['row', '<html></html>', { 'content-type': 'text/html' }],
    ['partial', '{}', json],
    ['partial', '{"zone":{"name":"x"}}', json],
    ['partial', '{"zone":{"id":null}}', json],
    ['nothing', '<html>Sign in to the hotel</html>', { 'content-type': 'text/html' }],
    ['nothing', '{"errors":{"zone_id":"is gone"}}', json],
    ['nothing', '{"placement":', json],
  ] as const)('that should be %s but is %j leaves the outcome unknown', async ([kind, text, headers]) => {
    answersText(text, headers, 201);

    const error = await errorOf(client.write({ ...createZone, answers: kind }));

    expect(error).toMatchObject({ category: 'contract', outcome: 'unknown', status: 201 });
  });

  test('that is cut off leaves the outcome unknown', async () => {
    answer = (response) => {
      response.writeHead(201, { ...json, 'content-length': '100' });
      response.write('{"zone":{"id":1', () => response.destroy());
    };

    const error = await errorOf(client.write(createZone));

    expect(error).toMatchObject({ category: 'contract', code: 'truncated', outcome: 'unknown', status: 201 });
  });
});
