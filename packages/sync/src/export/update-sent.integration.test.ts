import type { KindName } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteError } from '../testing/memory-remote.ts';
import { openSyncBed, type SyncBed } from '../testing/sync-bed.ts';

let bed: SyncBed;
beforeEach(async () => {
  bed = await openSyncBed();
  bed.remote.add('/networks', {}, { id: 1, name: 'One' });
  bed.remote.add('/zones', { network_id: 1 }, { id: 7, name: 'Top', alias: 'old' });
  await bed.importKinds('zones');
});
afterEach(() => bed.close());

const exportZones: { kinds: KindName[] } = { kinds: ['zones'] };
const zoneRow = () => bed.remote.rows('/zones').find(({ id }) => id === 7);

async function zoneDocument() {
  const document = await bed.store.production.get('zones', '7');
  if (document === null) throw new Error('no zone');
  return document;
}

describe('an edit of what is being sent', () => {
  it('taken back while the update is under way is sent back after it', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(async (carry) => {
      await bed.edit('zones', '7', { alias: 'old' });
      return carry();
    });

    await bed.run(exportZones);

    expect((await zoneDocument()).sync).toMatchObject({ edited: ['alias'], base: { alias: 'top' } });
    await bed.run(exportZones);
    expect(zoneRow()).toMatchObject({ alias: 'old' });
    expect((await zoneDocument()).sync).toMatchObject({ edited: [], base: {} });
    expect((await zoneDocument()).sync).not.toHaveProperty('sent');
  });

  it.each(['remote_wins', 'local_wins', 'manual'] as const)(
    'made after an update whose answer was lost is no conflict with that update: %s',
    async (conflicts) => {
      await bed.edit('zones', '7', { alias: 'top' });
      bed.remote.faults.push(async (carry) => {
        carry();
        await bed.edit('zones', '7', { alias: 'newer' });
        throw remoteError('network', { outcome: 'unknown', code: 'connection_lost' });
      });

      const run = await bed.run({ ...exportZones, conflicts });

      expect(run.status).toBe('succeeded');
      expect(zoneRow()).toMatchObject({ alias: 'newer' });
      expect((await zoneDocument()).sync).toMatchObject({ edited: [], base: {} });
    },
  );

  it('sent and not settled is no conflict for an import that shows what was sent', async () => {
    await bed.edit('zones', '7', { alias: 'top' });
    bed.remote.faults.push(async (carry) => {
      const answer = carry();
      await bed.edit('zones', '7', { alias: 'newer' });
      await bed.importKinds('zones');
      return answer;
    });

    await bed.run(exportZones);

    expect(await zoneDocument()).toMatchObject({ alias: 'newer', sync: { edited: ['alias'], base: { alias: 'top' } } });
  });
});
