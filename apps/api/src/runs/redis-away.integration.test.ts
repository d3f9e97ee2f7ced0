import { api } from '@broadstreet-sync/contract';
import { createRunQueues } from '@broadstreet-sync/jobs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiQueues } from '../parts.ts';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

let t: ApiBed;
afterEach(() => t.close());

/** Queues of a Redis that nobody has started. */
const away = () => createRunQueues({ redisUrl: 'redis://127.0.0.1:1', prefix: 'away' });
/** Queues of a Redis that takes connections and never answers: whoever waited for it would wait for ever. */
function silent(): ApiQueues {
  const never = () => new Promise<never>(() => undefined);
  const alarms = { set: never, list: never, remove: never };
  return { prefix: 'silent', queues: [], alarms, startRun: never, cancelRun: never, countWorkers: never, ping: never };
}

describe.each([
  ['away', away],
  ['silent', silent],
])('while Redis is %s', (_, make) => {
  it('a trigger is stored and answered, and so is a cancel', async () => {
    t = await createApiBed({ queues: make() });
    const answer = await t.call(api.syncAll[0]);
    const stored = await t.store.runs.get(answer.body.id);
    const cancelled = await t.call(api.cancelRun[0], { params: { id: answer.body.id } });

    expect([answer.status, answer.body.waiting]).toEqual([202, null]);
    expect(stored?.slot).toBe('import');
    expect([cancelled.status, cancelled.body.status]).toEqual([202, 'cancelled']);
  });

  it('readiness says so', async () => {
    t = await createApiBed({ queues: make() });
    const answer = await t.call(api.isReady[0]);

    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({ status: 'unavailable', mongodb: 'up', redis: 'down', workers: null });
  });
});
