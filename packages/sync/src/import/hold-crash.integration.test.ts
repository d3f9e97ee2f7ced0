import type { RunDocument } from '@broadstreet-sync/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finishRun } from '../finish-run.ts';
import { Killed, mortal } from '../testing/mortal.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeAll(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
});
afterAll(() => bed.close());

const campaignsOf = async (advertiser: number) =>
  (await bed.production('campaigns')).filter(({ advertiser_id }) => advertiser_id === advertiser);

/** An import that holds the campaigns of one advertiser, of which three have placements, and was told to publish them. */
async function confirmed(advertiser: number): Promise<RunDocument> {
  bed.remote.add('/advertisers', { network_id: 1 }, { id: advertiser, name: `A${advertiser}` });
  const ids = Array.from({ length: 14 }, (_, at) => advertiser * 100 + at);
  for (const id of ids) bed.remote.add('/campaigns', { advertiser_id: advertiser }, { id, name: `C${id}` });
  for (const campaign_id of ids.slice(0, 3)) {
    bed.remote.add('/placements', { campaign_id }, { advertisement_id: 5, zone_id: 6 });
  }
  await bed.importKinds('advertisers');
  const importOwn = () =>
    bed.run({ operation: 'import', kinds: ['campaigns'], only: { campaigns: [String(advertiser)] } });
  await importOwn();
  await bed.run({ operation: 'import', kinds: ['placements'], only: { placements: ids.map(String) } });
  for (const id of ids.slice(0, 12)) bed.remote.remove('/campaigns', id);
  const run = await importOwn();
  const holds = await bed.store.holds.of(run._id);
  expect(holds).toMatchObject([{ kind: 'campaigns', losses: { campaigns: 12, placements: 3 } }]);
  const confirmation = await bed.store.holds.confirm(
    run,
    holds.map(({ _id }) => _id),
  );
  expect(confirmation.outcome).toBe('confirmed');
  return run;
}

it('what a person has confirmed is published once, whenever the process is killed', async () => {
  for (let lastCall = 1; ; lastCall += 1) {
    const advertiser = 1000 + lastCall;
    const run = await confirmed(advertiser);
    const { context } = mortal(bed.context, lastCall, ['store']);
    const isKilled = await finishRun(context, run._id).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Killed) return true;
        throw error;
      },
    );

    await finishRun(bed.context, run._id);
    const ended = await bed.store.runs.get(run._id);
    if (ended !== null) await bed.store.archive(ended);

    const when = `killed after call ${lastCall}`;
    expect(ended, when).toMatchObject({
      status: 'succeeded',
      held: 0,
      slot: null,
      changes: { campaigns: { removed: 12 }, placements: { removed: 3 } },
    });
    expect(await campaignsOf(advertiser), when).toHaveLength(2);
    expect((await bed.store.production.history({ run_id: run._id }, 0, 100)).total, when).toBe(15);
    expect(await bed.store.changes.count(run._id), when).toBe(0);
    if (!isKilled) {
      expect(lastCall).toBeGreaterThan(10);
      return;
    }
  }
});
