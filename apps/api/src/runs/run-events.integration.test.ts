import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { api } from '@broadstreet-sync/contract';
import { serverEvents } from '@broadstreet-sync/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, endedTask, plannedTask } from '../testing/api-bed.ts';

interface Event {
  readonly name: string;
  readonly id: string;
  readonly data: { id: string; status: string; requests: number };
}

let t: ApiBed;
let server: Server;
let url: string;

beforeAll(async () => {
  t = await createApiBed();
  server = createServer(t.api.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(() => t.clear());
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await t.close();
});

async function trigger(): Promise<string> {
  return (await t.call(api.syncAll[0])).body.id;
}

async function* eventsOf(path: string): AsyncGenerator<Event> {
  const answer = await fetch(`${url}${path}`);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  for await (const { name, id, data } of serverEvents(answer)) yield { name, id, data: JSON.parse(data) };
}

async function next(events: AsyncGenerator<Event>): Promise<Event> {
  const { value } = await events.next();
  if (value === undefined) throw new Error('the stream has ended');
  return value;
}

describe('the events of a run', () => {
  it('are the run as it now is: at once, when it moves, and when it has ended, which ends the stream', async () => {
    const id = await trigger();
    const events = eventsOf(`/api/runs/${id}/events`);
    const first = await next(events);
    await t.store.runs.start(id);
    const second = await next(events);
    await endedTask(t.store, plannedTask(id, 'networks'), { state: 'completed' });
    const third = await next(events);
    await t.store.runs.finish(id, 'succeeded', {}, null);
    const fourth = await next(events);
    const end = await events.next();

    expect([first, second, third, fourth].map(({ name, data }) => [name, data.status, data.requests])).toEqual([
      ['run', 'queued', 0],
      ['run', 'running', 0],
      ['run', 'running', 1],
      ['run', 'succeeded', 1],
    ]);
    expect(end.done).toBe(true);
  });

  it('of a run that has ended are one, and none for a browser that comes back', async () => {
    const id = await trigger();
    await t.store.runs.finish(id, 'cancelled', {}, null);
    const events = eventsOf(`/api/runs/${id}/events`);
    const only = await next(events);
    const end = await events.next();
    const again = await fetch(`${url}/api/runs/${id}/events`, { headers: { 'last-event-id': only.id } });

    expect([only.data.status, end.done]).toEqual(['cancelled', true]);
    expect(again.status).toBe(204);
  });
});

describe('the events of all runs', () => {
  it('begin with those under way, and have each that moves', async () => {
    const old = await trigger();
    await t.store.runs.finish(old, 'cancelled', {}, null);
    const open = await trigger();
    const events = eventsOf('/api/events');
    const first = await next(events);
    await t.store.runs.finish(open, 'cancelled', {}, null);
    const second = await next(events);
    const later = await trigger();
    const third = await next(events);
    await events.return(undefined);

    expect([first, second, third].map(({ data }) => [data.id, data.status])).toEqual([
      [open, 'queued'],
      [open, 'cancelled'],
      [later, 'queued'],
    ]);
  });

  it('end when the process stops', async () => {
    const other = await createApiBed();
    const own = createServer(other.api.app).listen(0, '127.0.0.1');
    await once(own, 'listening');
    const address = own.address();
    const answer = await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/events`);
    other.api.close();
    const text = await answer.text();
    own.close();
    await other.close();

    expect(text).not.toContain('event: run');
  });
});
