import { workerCrashPoints } from '@broadstreet-sync/domain';
import { type AppBuild, eventually, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allKinds, createEngine, type Engine, quick } from './engine.ts';
import { addLocalAccount, countEverywhere } from './local-account.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

/** An export by one worker, under settings of test builds. */
async function exportWith(build: AppBuild, settings: Record<string, string>) {
  await engine.bed.remote.create({ account: 'bare' });
  const importer = await spawnApp('worker', { ...engine.bed.env, ...quick });
  await engine.run();
  await importer.kill('SIGTERM');
  const count = await addLocalAccount(engine, 2);
  const worker = await spawnApp('worker', { ...engine.bed.env, ...quick, ...settings }, build);
  const run = await engine.trigger({ operation: 'export', kinds: [...allKinds] });
  return { count, worker, run };
}

describe('the worker that people run', () => {
  it('honours no setting of test builds', async () => {
    const { count, worker, run } = await exportWith('usual', {
      BROADSTREET_TEST_CRASH: 'after_request',
      BROADSTREET_TEST_STOP: 'before_intent',
      BROADSTREET_TEST_CLOCK_MS: '3600000',
    });

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
    expect(await countEverywhere(engine)).toEqual({ remote: count + 1, local: 0, production: count + 1 });
    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(worker.lines.filter((line) => line.includes('SIG'))).toEqual([]);
  });
});

describe('the worker of tests', () => {
  it('dies where it is told to', async () => {
    const { worker } = await exportWith('test', { BROADSTREET_TEST_CRASH: 'after_request:2' });

    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(worker.lines).toContain('SIGKILL at after_request');
    const sent = (await engine.bed.remote.journal()).filter(({ committed }) => committed);
    expect(sent.length).toBeGreaterThanOrEqual(2);
  });

  it('is stopped where it is told to, and goes on when it may', async () => {
    const { worker, run } = await exportWith('test', { BROADSTREET_TEST_STOP: 'before_ack' });
    await worker.waitForLine(/^SIGSTOP at before_ack$/);

    worker.signal('SIGCONT');

    expect(await engine.ended(run._id)).toMatchObject({ status: 'succeeded' });
  });

  it('has the time that it is told to have', async () => {
    const { worker } = await exportWith('test', { BROADSTREET_TEST_CLOCK_MS: '3600000', LOG_LEVEL: 'info' });
    const logged = await eventually(() => worker.lines.find((line) => line.startsWith('{')));

    const { time } = JSON.parse(logged);
    expect(new Date(time).getTime() - Date.now()).toBeGreaterThan(3_000_000);
  });

  it('refuses a point that there is not, naming all', async () => {
    const start = spawnApp('worker', { ...engine.bed.env, BROADSTREET_TEST_CRASH: 'after_lunch' }, 'test');

    await expect(start).rejects.toThrow(new RegExp(`BROADSTREET_TEST_CRASH.*${workerCrashPoints.join(', ')}`));
  });
});
