import { spawnApp } from '@broadstreet-sync/testkit';
import { describe, expect, it } from 'vitest';
import { allKinds, engineOfEach, quick } from './engine.ts';
import { addLocalAccount, countEverywhere } from './local-account.ts';

const engine = engineOfEach();

const exportAll = { operation: 'export' as const, kinds: [...allKinds] };
const concurrency = 4;

describe('a token that is refused in mid-run', () => {
  it('stops the export after the requests in flight, and tells every entity that is left why', async () => {
    await engine().bed.remote.create({ account: 'bare', settings: { latency_ms: 50 } });
    const env = { ...engine().bed.env, ...quick, WORKER_CONCURRENCY: String(concurrency) };
    await spawnApp('worker', env);
    await engine().run();
    await addLocalAccount(engine(), 12);
    await engine().bed.remote.resetStats();
    // The zones: with one advertiser for seven they are enough to be in the middle of.
    const refusal = { type: 'status', status: 401 };
    await engine().bed.remote.addFault({ method: 'POST', nth: 8, count: 1000, fault: refusal });

    const run = await engine().run(exportAll);

    expect(run).toMatchObject({
      status: 'failed',
      error: { category: 'authentication', code: 'access_token_refused', remedy: expect.stringContaining('TOKEN') },
    });
    const requests = await engine().bed.remote.requests();
    const first = requests.find(({ status }) => status === 401);
    const startedAfter = requests.filter(({ at }) => at > (first?.ended_at ?? 0));
    expect(requests.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(concurrency);
    // Whoever had its slot when the first answer came may still send: no more than work at once.
    expect(startedAfter.length).toBeLessThan(concurrency);
    let kept = 0;
    for (const kind of allKinds) {
      for await (const draft of engine().store.locals.inOrder(kind, null)) {
        kept += 1;
        expect(draft.sync_errors, `${kind} ${String(draft._id)}`).toMatchObject([
          { category: 'authentication', run_id: run._id },
        ]);
      }
    }
    expect(kept).toBe((await countEverywhere(engine())).local);
    expect(kept).toBeGreaterThan(40);

    await engine().bed.remote.clearFaults();
    expect(await engine().run(exportAll)).toMatchObject({ status: 'succeeded' });
    expect((await engine().bed.remote.duplicates()).created).toBe(0);
  });

  it('from the start is said once on every entity of its kinds, though nothing is planned', async () => {
    await engine().bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine().bed.env, ...quick });
    await engine().run();
    await addLocalAccount(engine(), 2);
    await engine().bed.remote.startOutage({ fault: { type: 'status', status: 403 } });

    const run = await engine().run(exportAll);

    expect(run).toMatchObject({ status: 'failed', error: { category: 'authentication' } });
    for (const kind of ['advertisers', 'zones', 'campaigns', 'placements'] as const) {
      for await (const { sync_errors } of engine().store.locals.inOrder(kind, null)) {
        expect(sync_errors, kind).toMatchObject([{ category: 'authentication', run_id: run._id }]);
      }
    }
  });
});
