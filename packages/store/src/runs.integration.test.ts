import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunDocument } from './documents.ts';
import { openStoreBed, runRequest, type StoreBed } from './testing/store-bed.ts';

let bed: StoreBed;
beforeAll(async () => {
  bed = await openStoreBed();
});
afterAll(() => bed.close());
afterEach(async () => {
  await bed.collections.runs.deleteMany({});
});

async function created(request: Parameters<typeof runRequest>[0] = {}, behind = true): Promise<RunDocument> {
  return (await bed.store.runs.trigger(runRequest(request), behind)).run;
}

async function running(request: Parameters<typeof runRequest>[0] = {}): Promise<RunDocument> {
  const run = await created(request);
  await bed.store.runs.start(run._id);
  return run;
}

describe('a trigger', () => {
  it('of 20 at once makes one run; the others are told of it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => bed.store.runs.trigger(runRequest(), false)));

    const outcomes = answers.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual([...Array<string>(19).fill('busy'), 'created']);
    expect(new Set(answers.map(({ run }) => run._id)).size).toBe(1);
    expect(await bed.collections.runs.countDocuments({})).toBe(1);
  });

  it('of 20 at once with one idempotency key makes one run, whether they would wait or not', async () => {
    const request = runRequest({ idempotency_key: 'k' });

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => bed.store.runs.trigger(request, at % 2 === 0)),
    );

    expect(new Set(answers.map(({ run }) => run._id)).size).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(19);
  });

  it('with the key of a run that waits behind another finds it, and so after it has ended', async () => {
    const first = await created();
    const second = await created({ idempotency_key: 'k' });

    expect(await bed.store.runs.trigger(runRequest({ idempotency_key: 'k' }), false)).toMatchObject({
      outcome: 'repeated',
      run: { _id: second._id },
    });
    await bed.store.runs.finish(first._id, 'failed', {}, null);
    await bed.store.runs.finish(second._id, 'failed', {}, null);
    expect((await bed.store.runs.trigger(runRequest({ idempotency_key: 'k' }), false)).run._id).toBe(second._id);
  });

  it('of the other operation is free to go', async () => {
    await created();

    expect((await bed.store.runs.trigger(runRequest({ operation: 'export' }), false)).outcome).toBe('created');
  });
});

describe('runs that wait', () => {
  it('get the slot in the order in which they came, one at a time', async () => {
    const holder = await created();
    const waiting: string[] = [];
    for (let at = 0; at < 3; at += 1) waiting.push((await created())._id);

    expect((await bed.store.runs.holding()).map(({ _id }) => _id)).toEqual([holder._id]);
    let holding = holder._id;
    for (const next of waiting) {
      await bed.store.runs.start(holding);
      await bed.store.runs.finish(holding, 'succeeded', {}, null);
      expect((await bed.store.runs.holding()).map(({ _id }) => _id)).toEqual([next]);
      holding = next;
    }
  });

  it('are given a free slot once, however many give it', async () => {
    const holder = await running();
    await created();
    await created();
    // As a process that died between ending a run and giving its slot on.
    await bed.collections.runs.updateOne({ _id: holder._id }, { $set: { status: 'succeeded', slot: null } });

    await Promise.all(Array.from({ length: 10 }, () => bed.store.runs.giveSlot('import')));

    expect(await bed.store.runs.holding()).toHaveLength(1);
  });

  it('end at once when they are cancelled: nothing of theirs has begun', async () => {
    const holder = await running();
    const waiting = await created();

    const stopped = await bed.store.runs.requestStop(waiting._id, 'cancelled', null);

    expect(stopped).toMatchObject({ status: 'cancelled', slot: null, ended_at: expect.any(Date) });
    expect((await bed.store.runs.get(holder._id))?.status).toBe('running');
    await bed.store.runs.finish(holder._id, 'succeeded', {}, null);
    expect(await bed.store.runs.holding()).toEqual([]);
  });
});

describe('a run', () => {
  it('is made anew by one of those who try', async () => {
    const run = await running();

    const renewed = await Promise.all(Array.from({ length: 10 }, () => bed.store.runs.nextGeneration(run._id, 1)));

    expect(renewed.filter((answer) => answer !== null)).toMatchObject([{ generation: 2 }]);
    expect(await bed.store.runs.nextGeneration(run._id, 1)).toBeNull();
  });

  it('is not made anew once it has ended', async () => {
    const run = await running();
    await bed.store.runs.finish(run._id, 'succeeded', {}, null);

    expect(await bed.store.runs.nextGeneration(run._id, 1)).toBeNull();
  });

  it('either stops or publishes, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const run = await running();
      const [stop, publishing] = await Promise.all([
        bed.store.runs.requestStop(run._id, 'cancelled', null),
        bed.store.runs.publishing(run._id),
      ]);
      expect([stop, publishing].filter((answer) => answer !== null)).toHaveLength(1);
      await bed.store.runs.finish(run._id, publishing === null ? 'cancelled' : 'succeeded', {}, null);
    }
  });

  it('that publishes goes on publishing, and cannot be cancelled', async () => {
    const run = await running();
    await bed.store.runs.publishing(run._id);

    expect(await bed.store.runs.requestStop(run._id, 'cancelled', null)).toBeNull();
    expect(await bed.store.runs.publishing(run._id)).toMatchObject({ status: 'publishing' });
    expect(await bed.store.runs.finish(run._id, 'cancelled', {}, null)).toBeNull();
  });

  it('keeps the first reason to stop', async () => {
    const run = await running();
    const error = { category: 'authentication' as const, code: 'x', message: 'm', remedy: null };
    await bed.store.runs.requestStop(run._id, 'failed', error);

    expect(await bed.store.runs.requestStop(run._id, 'cancelled', null)).toBeNull();
    expect(await bed.store.runs.get(run._id)).toMatchObject({ stop: { reason: 'failed' }, error });
  });

  it('ends once, and starts no more', async () => {
    const run = await running();

    const ends = await Promise.all(
      (['succeeded', 'partial', 'failed'] as const).map((status) => bed.store.runs.finish(run._id, status, {}, null)),
    );

    expect(ends.filter((end) => end !== null)).toHaveLength(1);
    expect(await bed.store.runs.start(run._id)).toBeNull();
    expect(await bed.store.runs.stopped([run._id])).toHaveLength(1);
  });

  it('is started once: again does not set it back', async () => {
    const run = await running();
    const { started_at } = (await bed.store.runs.get(run._id)) ?? {};

    expect(await bed.store.runs.start(run._id)).toBeNull();
    expect((await bed.store.runs.get(run._id))?.started_at).toEqual(started_at);
  });

  it('hands each window out once', async () => {
    const run = await running();
    await bed.store.runs.setPlan(run._id, 'zones', { phase: 'ready', windows: 0 });

    const taken = await Promise.all(
      Array.from({ length: 10 }, () => bed.store.runs.advanceWindow(run._id, 'zones', 0)),
    );

    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await bed.store.runs.get(run._id))?.plan.zones?.windows).toBe(1);
  });
});
