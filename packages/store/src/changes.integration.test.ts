import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeSource, StagedChange } from './changes.ts';
import { taskId } from './tasks.ts';
import { noRequests, openStoreBed, plannedTask, type StoreBed, zone } from './testing/store-bed.ts';

let bed: StoreBed;
let changes: StoreBed['store']['changes'];
let run: string;
let runs = 0;
beforeAll(async () => {
  bed = await openStoreBed();
  changes = bed.store.changes;
});
afterAll(() => bed.close());
beforeEach(() => {
  runs += 1;
  run = `run${runs}`;
});

function change(id: number, operation: StagedChange['operation'] = 'insert', name = 'Top'): StagedChange {
  const after = operation === 'remove' ? null : zone(id, name);
  return {
    key: String(id),
    operation,
    expects: null,
    requested_at: new Date(),
    before: null,
    after,
    hash: null,
    dangling: false,
  };
}

/** A claim of a list task. */
async function claimTask(subject = '1'): Promise<ChangeSource> {
  const task = plannedTask(run, { subject });
  await bed.store.tasks.plan([task]);
  const claimed = await bed.store.tasks.claim(taskId(task), 'a');
  if (claimed === null) throw new Error('cannot be claimed');
  return { run_id: run, kind: 'zones', task_id: claimed._id, fence: claimed.fence };
}

async function complete({ task_id, fence }: ChangeSource): Promise<boolean> {
  return bed.store.tasks.end(task_id, fence, { state: 'completed' }, noRequests);
}

async function batched(size = 1000): Promise<string[][]> {
  const found: string[][] = [];
  for await (const batch of changes.batches(run, 'zones', ['insert', 'update', 'remove'], size))
    found.push(batch.map(({ key }) => key));
  return found;
}

describe('what a task stages', () => {
  it('replaces what an earlier claim of it staged', async () => {
    await changes.stage(await claimTask(), [change(1), change(2)]);
    const source = await claimTask();

    await changes.stage(source, [change(3)]);
    await complete(source);

    expect(await batched()).toEqual([['3']]);
  });

  it('counts once the task has ended, and only that of the claim that ended it', async () => {
    const first = await claimTask();
    await changes.stage(first, [change(1)]);
    expect(await changes.keys(run, 'zones', 'insert')).toEqual([]);
    const second = await claimTask();
    await changes.stage(second, [change(2)]);

    expect(await complete(first)).toBe(false);
    expect(await complete(second)).toBe(true);

    expect(await batched()).toEqual([['2']]);
    expect(await changes.keys(run, 'zones', 'insert')).toEqual(['2']);
    expect((await changes.inserted(run, 'zones', ['id'])).map(({ key }) => key)).toEqual(['2']);
  });

  it('stays when a claim that was overtaken stages after it', async () => {
    const slow = await claimTask();
    const quick = await claimTask();
    await changes.stage(quick, [change(1), change(2)]);
    await complete(quick);

    await changes.stage(slow, [change(3)]);

    expect(await batched()).toEqual([['1', '2']]);
  });

  it('is given in batches without what was staged in vain', async () => {
    const vain = await claimTask();
    await changes.stage(vain, [change(100), change(101)]);
    const source = await claimTask();
    // A late one of the overtaken claim.
    await bed.collections.changes.insertOne({ ...vain, ...change(102), _id: 'late' });
    await changes.stage(
      source,
      [1, 2, 3, 4, 5].map((id) => change(id)),
    );
    await complete(source);

    expect((await batched(2)).map((batch) => batch.length)).toEqual([2, 2, 1]);
    expect((await batched()).flat().sort()).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('what a plan stages', () => {
  it('counts at once, and is the same when two plan at once', async () => {
    const source = changes.planner(run, 'zones');
    const removals = Array.from({ length: 20 }, (_, id) => change(id + 1, 'remove'));

    await Promise.all([1, 2, 3].map(() => changes.stage(source, removals)));

    expect((await changes.keys(run, 'zones', 'remove')).length).toBe(20);
  });
});

describe('a change set', () => {
  it('is found by fields of what it inserts', async () => {
    const source = await claimTask();
    await changes.stage(source, [change(1), { ...change(2), after: { ...zone(2, 'Side'), network_id: 9 } }]);
    await complete(source);

    expect((await changes.inserted(run, 'zones', ['id'], { network_id: 9 })).map(({ key }) => key)).toEqual(['2']);
  });

  it('is forgotten whole, and no other with it', async () => {
    await changes.stage(await claimTask(), [change(1)]);
    await changes.stage({ ...changes.planner('other', 'zones') }, [change(2)]);

    await changes.discard(run);

    expect(await changes.count(run)).toBe(0);
    expect(await changes.count('other')).toBe(1);
  });
});
