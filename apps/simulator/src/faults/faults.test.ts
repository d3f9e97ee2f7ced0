import { createConnection } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startAccount, type TestAccount } from '../testing/start-account.ts';

const network = 9007;
const zones = `/zones?network_id=${network}`;

const journal = z.object({
  items: z.array(
    z.object({
      status: z.number().nullable(),
      committed: z.boolean(),
      answered: z.boolean(),
      at: z.number(),
      committed_at: z.number().nullable(),
    }),
  ),
});

async function startWithFault(fault: object, when: object = {}): Promise<TestAccount> {
  const account = await startAccount({ account: 'R' });
  expect(await account.control('POST', '/faults', { ...when, fault })).toMatchObject({ status: 201 });
  return account;
}

async function readJournal(account: TestAccount) {
  return journal.parse((await account.control('GET', '/journal')).body).items;
}

/** The only write so far, once it has ended as told. */
function lastWrite(account: TestAccount, expected: object) {
  return vi.waitFor(async () => expect((await readJournal(account)).at(-1)).toMatchObject(expected));
}

const createZone = (account: TestAccount) => account.api('POST', zones, { name: 'A' });

/** Everything the server sends on one connection, to its end. */
function readRaw(account: TestAccount, path: string): Promise<string> {
  const { hostname, port } = new URL(account.url);
  return new Promise((resolve, reject) => {
    const socket = createConnection(Number(port), hostname);
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      received += text;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    socket.write(`GET /api/1${path}&access_token=token HTTP/1.1\r\nhost: simulator\r\nconnection: close\r\n\r\n`);
  });
}

describe('a fault that answers otherwise', () => {
  it.each([429, 500, 502, 503, 408, 401, 403, 404])('answers %i and commits nothing', async (status) => {
    const account = await startWithFault({ type: 'status', status });

    expect(await createZone(account)).toMatchObject({ status });
    await lastWrite(account, { status, committed: false, answered: true });
  });

  it('answers 500 after a commit', async () => {
    const account = await startWithFault({ type: 'status', status: 500, commit: true });

    expect(await createZone(account)).toMatchObject({ status: 500 });
    await lastWrite(account, { committed: true, answered: true });
  });

  it('answers 422 with given errors for chosen names only', async () => {
    const errors = { name: ['is not nice'] };
    const account = await startWithFault({ type: 'status', status: 422, errors }, { name: '^bad' });

    expect(await account.api('POST', zones, { name: 'Bad one' })).toMatchObject({ status: 422, body: { errors } });
    expect(await account.api('POST', zones, { name: 'not bad' })).toMatchObject({ status: 201 });
  });

  it('answers 429 with Retry-After as a date', async () => {
    const before = Date.now();
    const account = await startWithFault({ type: 'status', status: 429, retry_after: 'date', retry_after_ms: 5000 });

    const { headers } = await account.api('GET', zones);

    expect(Date.parse(headers.get('retry-after') ?? '')).toBeGreaterThanOrEqual(before + 5000);
  });

  it('answers 200 with HTML', async () => {
    const account = await startWithFault({ type: 'html' });

    const answered = await account.api('GET', zones);

    expect(answered).toMatchObject({ status: 200, body: expect.stringContaining('<html>') });
    expect(answered.headers.get('content-type')).toContain('text/html');
  });

  it.each([
    ['empty', undefined],
    ['empty_object', {}],
    ['wrong_envelope', { data: expect.any(Array) }],
  ])('answers %s', async (type, body) => {
    const account = await startWithFault({ type });

    expect(await account.api('GET', zones)).toMatchObject({ status: 200, body });
  });

  it('answers an empty create that was committed', async () => {
    const account = await startWithFault({ type: 'empty' });

    expect(await createZone(account)).toMatchObject({ status: 201, body: undefined });
    await lastWrite(account, { committed: true });
  });
});

describe('a fault of rows', () => {
  const listOf = z.object({ zones: z.array(z.unknown()) });

  it.each([
    [30, 641 - 192],
    [100, 0],
  ])('loses %i %% of a list', async (percent, left) => {
    const account = await startWithFault({ type: 'lose_rows', percent });

    expect(listOf.parse((await account.api('GET', zones)).body).zones).toHaveLength(left);
  });

  it.each([
    ['bad_id', { id: 'n/a' }],
    ['bad_name', { name: 17 }],
    ['not_an_object', 'row'],
  ])('breaks a row: %s', async (defect, broken) => {
    const account = await startWithFault({ type: 'broken_row', defect });

    const rows = listOf.parse((await account.api('GET', zones)).body).zones;

    expect(rows).toHaveLength(641);
    expect(rows[320]).toEqual(typeof broken === 'string' ? broken : expect.objectContaining(broken));
  });

  it('gives one id twice', async () => {
    const account = await startWithFault({ type: 'broken_row', defect: 'duplicate_id' });

    const { body } = await account.api('GET', zones);
    const ids = z
      .object({ zones: z.array(z.object({ id: z.number() })) })
      .parse(body)
      .zones.map(({ id }) => id);

    expect(ids).toHaveLength(641);
    expect(new Set(ids).size).toBe(640);
  });

  it('changes the account after an answer', async () => {
    const edits = [{ kind: 'zones', op: 'remove', id: 180004 }];
    const account = await startWithFault({ type: 'edit', edits }, { nth: 1 });

    expect(await account.api('GET', '/zones/180004')).toMatchObject({ status: 200 });
    expect(await account.api('GET', '/zones/180004')).toMatchObject({ status: 404 });
  });
});

describe('a fault of the connection', () => {
  it.each([
    ['commit_then_reset', {}, true],
    ['reset_before_commit', {}, false],
    ['drop', {}, false],
    ['drop', { commit: true }, true],
  ])('%s %o: no answer, committed %s', async (type, options, committed) => {
    const account = await startWithFault({ type, ...options });

    await expect(createZone(account)).rejects.toThrow();
    await lastWrite(account, { committed, answered: false });
  });

  it.each(['reset', 'hang'])('commits late after the client has gone (%s)', async (connection) => {
    const account = await startWithFault({ type: 'commit_late', after_ms: 60, connection });

    await expect(account.api('POST', zones, { name: 'A' }, AbortSignal.timeout(300))).rejects.toThrow();
    await lastWrite(account, { committed: true, answered: false });
    const [write] = await readJournal(account);
    expect((write?.committed_at ?? 0) - (write?.at ?? 0)).toBeGreaterThanOrEqual(59);
  });

  it.each([true, false])('never answers (committed %s)', async (commit) => {
    const account = await startWithFault({ type: 'hang', commit });
    const leaving = new AbortController();

    const answer = account.api('POST', zones, { name: 'A' }, leaving.signal);
    await vi.waitFor(async () =>
      expect((await account.control('GET', '/stats')).body).toMatchObject({ in_flight: 1, total: 1 }),
    );
    leaving.abort();

    await expect(answer).rejects.toThrow();
    await vi.waitFor(async () =>
      expect((await account.control('GET', '/stats')).body).toMatchObject({ in_flight: 0, unanswered: 1 }),
    );
    await lastWrite(account, { committed: commit, answered: false });
  });

  it('answers byte by byte', async () => {
    const account = await startWithFault({ type: 'slow', bytes_per_second: 20 });
    const leaving = new AbortController();

    const response = await fetch(account.urlOf(zones), { signal: leaving.signal });
    const { value } = (await response.body?.getReader().read()) ?? {};
    leaving.abort();

    expect(response.headers.get('content-length')).toMatch(/^\d{5}$/);
    expect(value?.length).toBeLessThanOrEqual(2);
  });

  it('cuts a body short of its Content-Length', async () => {
    const account = await startWithFault({ type: 'truncated', share: 0.5 });

    await expect(account.api('GET', zones)).rejects.toThrow();
  });

  it.each([0, 1, 100])('cuts a body at byte %i, its end that of the connection', async (at_byte) => {
    const account = await startWithFault({ type: 'truncated', at_byte, length: 'closed' });

    const [head, body] = (await readRaw(account, zones)).split('\r\n\r\n');

    expect(head).not.toMatch(/content-length|chunked/i);
    expect(body).toHaveLength(at_byte);
  });
});

describe('when a fault happens', () => {
  const fault = { type: 'status', status: 503 };
  const statuses = async (account: TestAccount, count: number) => {
    const answers = [];
    for (let sent = 0; sent < count; sent++) answers.push((await account.api('GET', zones)).status);
    return answers;
  };

  it('is the nth matching request', async () => {
    const account = await startWithFault(fault, { method: 'GET', route: '/zones', nth: 2, count: 2 });

    await account.api('GET', '/networks');
    await account.api('GET', '/zones/180004');

    expect(await statuses(account, 4)).toEqual([200, 503, 503, 200]);
    expect((await account.control('GET', '/faults')).body).toMatchObject({ items: [{ id: 1, seen: 4, fired: 2 }] });
  });

  it('is a seeded share of the requests', async () => {
    const [first, second] = [
      await startWithFault(fault, { probability: 0.4 }),
      await startWithFault(fault, { probability: 0.4 }),
    ];

    const answers = await statuses(first, 40);

    expect(await statuses(second, 40)).toEqual(answers);
    expect(new Set(answers)).toEqual(new Set([200, 503]));
  });

  it('is the time of an outage, before everything else', async () => {
    const account = await startWithFault({ type: 'status', status: 404 });

    await account.control('POST', '/outage', { fault });
    const during = await statuses(account, 2);
    await account.control('DELETE', '/outage');
    await account.control('DELETE', '/faults');

    expect([...during, ...(await statuses(account, 1))]).toEqual([503, 503, 200]);
  });

  it('ends with the outage', async () => {
    const account = await startAccount({ account: 'R' });

    await account.control('POST', '/outage', { fault, for_ms: 50 });

    await vi.waitFor(async () => expect(await statuses(account, 1)).toEqual([200]));
  });

  it('is refused where it makes no sense', async () => {
    const account = await startAccount({ account: 'R' });

    expect(await account.control('POST', '/faults', { fault: { type: 'earthquake' } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'fault.type' }] },
    });
    expect(await account.control('POST', '/faults', { fault, route: '/zone' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'route' }] },
    });
    expect(await account.control('POST', '/faults', { fault, name: '(' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'name' }] },
    });
  });
});
