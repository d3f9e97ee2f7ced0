import { taskStates } from '@broadstreet-sync/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StagedKind } from './task-stages.ts';
import { type PlannedTask, taskId } from './tasks.ts';
import { noRequests, openStoreBed, plannedTask, type StoreBed } from './testing/store-bed.ts';
import { databaseTime } from './transactions.ts';

let bed: StoreBed;
let tasks: StoreBed['store']['tasks'];
let run: string;
let zones: StagedKind;
let runs = 0;
beforeAll(async () => {
  bed = await openStoreBed();
  tasks = bed.store.tasks;
});
afterAll(() => bed.close());
beforeEach(() => {
  runs += 1;
  run = `run${runs}`;
  zones = { run, kind: 'zones', stage: 'levels' };
});

async function planned(count: number, task: Partial<PlannedTask> = {}): Promise<string[]> {
  const all = Array.from({ length: count }, (_, order) => plannedTask(run, { subject: `${order}`, order, ...task }));
  await tasks.plan(all);
  return all.map(taskId);
}

async function one(task: Partial<PlannedTask> = {}): Promise<string> {
  const [id = ''] = await planned(1, task);
  return id;
}

async function claimed(id: string, owner = 'a') {
  const task = await tasks.claim(id, owner);
  if (task === null) throw new Error(`${id} cannot be claimed`);
  return task;
}

const claimOf = ({ id, owner }: { id: string; owner: string }) => tasks.claim(id, owner);

const waits = { delayMs: 60_000, failedAttempt: true };
const comesBack = { delayMs: 0, failedAttempt: false };

describe('planning', () => {
  it('twice, and by several at once, stores each task once', async () => {
    await Promise.all([planned(1500), planned(1500), planned(1500)]);

    expect(await bed.collections.tasks.countDocuments({ run_id: run })).toBe(1500);
  });

  it('again leaves what became of a task', async () => {
    const id = await one();
    await tasks.end(id, null, { state: 'completed', result: { rows: 3 } }, noRequests);

    await planned(1);

    expect(await tasks.get(id)).toMatchObject({ state: 'completed', result: { rows: 3 } });
  });

  it('stores at its end what is refused from the start', async () => {
    const id = await one({ state: 'blocked' });

    expect(await tasks.get(id)).toMatchObject({ state: 'blocked', ended_at: expect.any(Date) });
    expect(await tasks.claim(id, 'a')).toBeNull();
  });
});

describe('a claim', () => {
  it('that was overtaken can neither end the task nor put it back', async () => {
    const id = await one();
    const first = await claimed(id);
    const second = await claimed(id, 'b');

    expect(await tasks.end(id, first.fence, { state: 'completed' }, noRequests)).toBe(false);
    await tasks.putBack(id, first.fence, waits, noRequests);

    expect(await tasks.get(id)).toMatchObject({ state: 'running', owner: 'b', attempts: 0, fence: second.fence });
    expect(await tasks.end(id, second.fence, { state: 'completed' }, noRequests)).toBe(true);
  });

  it('is by the clock of the database', async () => {
    const before = await databaseTime(bed.db);

    const { claimed_at } = await claimed(await one());

    const after = await databaseTime(bed.db);
    expect(claimed_at?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(claimed_at?.getTime()).toBeLessThanOrEqual(after.getTime());
  });

  it('of one of many at once counts: the fences differ', async () => {
    const id = await one();

    const claims = await Promise.all(Array.from({ length: 10 }, (_, at) => claimed(id, `${at}`)));
    const ends = await Promise.all(
      claims.map(({ fence }) => tasks.end(id, fence, { state: 'completed' }, { ...noRequests, requests: 1 })),
    );

    expect(new Set(claims.map(({ fence }) => fence)).size).toBe(10);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect((await tasks.get(id))?.counts.requests).toBe(1);
  });

  it('beside many others takes what is due and open, each for its owner', async () => {
    const [done = '', later = '', ...due] = await planned(30);
    await tasks.end(done, null, { state: 'completed' }, noRequests);
    await tasks.putBack(later, (await claimed(later)).fence, waits, noRequests);

    const owners = due.map((id, at) => ({ id, owner: at % 2 === 0 ? 'a' : 'b' }));
    const taken = await Promise.all([...owners, { id: done, owner: 'a' }, { id: later, owner: 'a' }].map(claimOf));

    expect(taken.slice(0, -2).map((task) => task && { id: task._id, owner: task.owner })).toEqual(owners);
    expect(taken.slice(0, -2).every((task) => task?.fence === 1 && task.starts === 1)).toBe(true);
    expect(taken.slice(-2)).toEqual([null, null]);
  });

  it('of a create counts the starts of others alone, and takes no other task', async () => {
    const creates = await planned(10, { action: 'create' });
    const [list = ''] = await planned(1);

    const first = await Promise.all([...creates, list].map((id) => tasks.startCreate(id, 'a')));
    const again = await Promise.all(creates.map((id) => tasks.startCreate(id, 'a')));
    const other = await Promise.all(creates.map((id) => tasks.startCreate(id, 'b')));

    expect(first.map((task) => task?.starts ?? null)).toEqual([...creates.map(() => 1), null]);
    expect(again.map((task) => task?.starts)).toEqual(creates.map(() => 1));
    expect(other.map((task) => task?.starts)).toEqual(creates.map(() => 2));
  });

  it('ends with many others, unless it was overtaken', async () => {
    const ids = await planned(20);
    const old = await Promise.all(ids.map((id) => claimed(id)));
    const [overtaken = ''] = ids;
    await claimed(overtaken, 'b');

    await Promise.all(old.map((task) => tasks.endClaimed(task._id, task.fence, { state: 'completed' }, noRequests)));

    const ended = await Promise.all(ids.map(tasks.get));
    expect(ended.map((task) => task?.state)).toEqual(['running', ...ids.slice(1).map(() => 'completed')]);
  });

  it('is refused before the task is due', async () => {
    const id = await one();
    const { fence } = await claimed(id);
    await tasks.putBack(id, fence, waits, noRequests);

    expect(await tasks.claim(id, 'a')).toBeNull();
  });

  it.each(taskStates.filter((state) => !['queued', 'running', 'waiting'].includes(state)))(
    'is refused once the task is %s, and so is another end',
    async (state) => {
      const id = await one();
      await tasks.end(id, null, { state }, noRequests);

      expect(await tasks.claim(id, 'a')).toBeNull();
      expect(await tasks.end(id, null, { state: 'completed' }, noRequests)).toBe(false);
      await tasks.putBack(id, 0, comesBack, noRequests);
      expect((await tasks.get(id))?.state).toBe(state);
    },
  );

  it('counts starts until the task is put back', async () => {
    const id = await one();
    await claimed(id);
    const again = await claimed(id);
    expect(again.starts).toBe(2);

    await tasks.putBack(id, again.fence, comesBack, noRequests);

    expect((await claimed(id)).starts).toBe(1);
  });
});

describe('a task that is put back', () => {
  it('sums the requests of all its attempts', async () => {
    const id = await one();
    const counts = { requests: 2, retries: 1, rate_limited: 1, waited_ms: 5 };
    await tasks.putBack(id, 0, comesBack, counts);
    await tasks.putBack(id, 0, comesBack, counts);
    await tasks.end(id, null, { state: 'completed' }, counts);

    expect((await tasks.requestCounts([run])).get(run)).toEqual({
      requests: 6,
      retries: 3,
      rate_limited: 3,
      waited_ms: 15,
    });
  });

  it('is due when its time has come, and goes to the queue once', async () => {
    const id = await one();
    await tasks.putBack(id, 0, { delayMs: 1, failedAttempt: true }, noRequests);
    await expect.poll(() => tasks.due([run], 10)).toHaveLength(1);
    const [task] = await tasks.due([run], 10);
    if (task === undefined) throw new Error('nothing is due');

    const promoted = await Promise.all(Array.from({ length: 5 }, () => tasks.promote(task)));

    expect(promoted.filter(Boolean)).toHaveLength(1);
    // Without a time: whether it is due is not for clocks of other machines to say.
    expect(await tasks.get(id)).toMatchObject({ state: 'queued', enqueued: 1, not_before: null, attempts: 1 });
    expect(await tasks.due([run], 10)).toEqual([]);
  });

  it('keeps a message that looks like an expression as it is', async () => {
    const id = await one();
    const error = { category: 'internal' as const, code: '$x', message: '$$NOW', remedy: '$y' };

    await tasks.putBack(id, 0, { ...waits, error }, noRequests);

    expect((await tasks.get(id))?.error).toEqual(error);
    expect(await tasks.nextDue(zones)).toEqual((await tasks.get(id))?.not_before);
  });
});

describe('windows', () => {
  it('take the tasks in order, each once, also when filled by several at once', async () => {
    await planned(25);

    const [first] = await Promise.all([1, 2, 3].map(() => tasks.fillWindow(zones, 1, 10)));
    const second = await tasks.fillWindow(zones, 2, 10);
    const third = await tasks.fillWindow(zones, 3, 10);

    const orders = [first, second, third].map((window) => window?.map(({ order }) => order) ?? []);
    expect(orders.flat()).toEqual(Array.from({ length: 25 }, (_, at) => at));
    expect(await tasks.isAnyUnwindowed(zones)).toBe(false);
  });

  it('of one stage take no task of another, and are counted on from one to the next', async () => {
    const removals: StagedKind = { ...zones, stage: 'removals' };
    await planned(3, { action: 'create' });
    await planned(2, { action: 'remove' });
    await planned(1, { action: 'sweep' });

    const created = await tasks.fillWindow(zones, 1, 10);
    const removed = await tasks.fillWindow(removals, 2, 10);

    expect(created.map(({ action }) => action)).toEqual(['create', 'create', 'create']);
    expect(removed.map(({ action }) => action)).toEqual(['remove', 'remove']);
    expect((await tasks.open(removals, 10)).map(({ action }) => action)).toEqual(['remove', 'remove']);
    expect((await tasks.openSweeps(run, 10)).map(({ action }) => action)).toEqual(['sweep']);
  });

  it('filled before give what is still open in them', async () => {
    const [id = ''] = await planned(4);
    await tasks.fillWindow(zones, 1, 3);
    await tasks.end(id, null, { state: 'completed' }, noRequests);

    expect((await tasks.fillWindow(zones, 1, 3)).map(({ order }) => order)).toEqual([1, 2]);
    expect(await tasks.countOpen(run, 'zones', 1, 10)).toBe(2);
  });
});

describe('progress', () => {
  it('never runs backward or past its total, whatever is done twice', async () => {
    const ids = await planned(30);
    await planned(3, { action: 'names', counted: false });
    const seen: number[] = [];

    const work = ids.map(async (id, at) => {
      const states = ['completed', 'failed', 'blocked', 'skipped'] as const;
      for (let time = 0; time < 2; time += 1) {
        await tasks.claim(id, `${time}`);
        await tasks.end(id, null, { state: states[at % states.length] ?? 'completed' }, noRequests);
      }
    });
    const watch = (async () => {
      for (let look = 0; look < 10; look += 1) {
        const zones = (await tasks.progress([run])).get(run)?.get('zones');
        if (zones === undefined) throw new Error('no progress');
        expect(zones.total).toBe(30);
        seen.push(zones.completed + zones.failed + zones.blocked + zones.skipped);
      }
    })();
    await Promise.all([...work, watch]);

    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect((await tasks.progress([run])).get(run)?.get('zones')).toEqual({
      total: 30,
      completed: 8,
      failed: 8,
      blocked: 7,
      skipped: 7,
    });
  });

  it('is whole after a run is stopped', async () => {
    const [id = ''] = await planned(3);
    await tasks.end(id, null, { state: 'completed' }, noRequests);

    await tasks.endOpen(run, { state: 'skipped' });

    expect((await tasks.progress([run])).get(run)?.get('zones')).toMatchObject({ total: 3, completed: 1, skipped: 2 });
    expect(await tasks.isAnyOpen(run, ['zones'], 'levels')).toBe(false);
  });
});
