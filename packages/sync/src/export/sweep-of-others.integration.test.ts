import { kinds } from '@broadstreet-sync/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncContext } from '../context.ts';
import { loseAnswer, loseRequest, remoteError } from '../testing/memory-remote.ts';
import { atOnce, cancelRun, sweepAndFinish, writtenOffZone } from '../testing/sweeping.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';
import { sweepLeftOver } from './sweep-left-over.ts';

// What bears the name of something that was lost, and is not that.

const { signal } = new AbortController();
let bed: ZoneBed;
let hasty: SyncContext;
beforeEach(async () => {
  bed = await openZoneBed();
  hasty = bed.within(atOnce);
});
afterEach(() => bed.close());

const comeLate = () => bed.remote.add('/zones', { network_id: 1 }, { id: 9000, name: 'Top' });
const ids = () => bed.remote.rows('/zones').map(({ id }) => id);

describe('a draft that is made again beside one that was given up', () => {
  /** A zone that was given up, not looked for since, and deleted here; and another of its name. */
  async function madeAgain(): Promise<{ old: string; id: string }> {
    const old = await bed.addZone();
    const first = await bed.begin(zones);
    bed.remote.faults.push(...Array.from({ length: 5 }, () => loseRequest));
    await bed.drive(first, 'zones', hasty);
    await cancelRun(hasty, first);
    expect(await bed.intent(old)).toMatchObject({ state: 'rejected', sweep_after: expect.any(Date) });
    await bed.store.draftEdits.remove([{ kind: 'zones', _id: old }]);
    return { old, id: await bed.addZone() };
  }

  it('keeps the row that it is being answered while the look for the first finds it', async () => {
    const { old, id } = await madeAgain();
    bed.remote.faults.push(async (carry) => {
      const row = carry();
      expect(await sweepLeftOver(hasty, signal)).toBe('done');
      return row;
    });

    const run = await bed.run(zones, hasty);

    expect(run.status).toBe('succeeded');
    await bed.expectMade(id, 6);
    // That look is still to be had, and finds nothing any more.
    expect(await bed.intent(old)).toMatchObject({ sweep_after: expect.any(Date) });
    await sweepLeftOver(hasty, signal);
    expect(await bed.intent(old)).toMatchObject({ sweep_after: null, written_off: [] });
    await bed.expectMade(id, 6);
  });

  it('keeps it too where its answer is lost and nobody has looked for it yet', async () => {
    const { id } = await madeAgain();
    const run = await bed.begin(zones);
    bed.remote.faults.push(loseAnswer);
    await bed.drive(run, 'zones', bed.within({ settleMs: 3_600_000 })).catch(() => undefined);
    expect(await bed.intent(id)).toMatchObject({ state: 'ambiguous' });

    await sweepLeftOver(hasty, signal);
    expect(bed.remote.changes).toEqual([]);

    await bed.drive(run, 'zones', hasty);
    await bed.expectMade(id, 6);
  });

  it('leaves it to a person where its outcome cannot be found out', async () => {
    const { old, id } = await madeAgain();
    bed.remote.faults.push(loseAnswer);
    bed.remote.beforeList = () => {
      if (bed.remote.posts.length > 5) throw remoteError('dependency');
    };
    await bed.run(zones, hasty);
    expect(await bed.intent(id)).toMatchObject({ state: 'parked', parked_from: 'ambiguous' });
    bed.remote.beforeList = () => undefined;

    await sweepLeftOver(hasty, signal);

    expect(bed.remote.changes).toEqual([]);
    expect((await bed.intent(old))?.strays).toMatchObject([
      { state: 'left', why: expect.stringContaining('may have') },
    ]);
    expect((await bed.run(zones, hasty)).status).toBe('succeeded');
    await bed.expectMade(id, 6);
  });
});

describe('a row that is being removed', () => {
  /** A given up zone whose draft is another by now, so that its late row is a stray; the process dies at its removal. */
  async function diesAtRemoval(): Promise<string> {
    const { id } = await writtenOffZone(bed, hasty);
    await bed.store.locals.update('zones', id, { alias: 'new' });
    comeLate();
    const dying: SyncContext = {
      ...hasty,
      reach: (point) => {
        if (point === 'before_sweep_removal') throw new Error('killed');
      },
    };
    await expect(sweepLeftOver(dying, signal)).rejects.toThrow('killed');
    expect(ids()).toEqual([9000]);
    return id;
  }

  it('is nobody’s any more, and is removed when somebody looks again', async () => {
    const id = await diesAtRemoval();
    await bed.store.locals.update('zones', id, { alias: null });

    const run = await bed.run(zones, hasty);
    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '1001' });
    expect(run.status).toBe('succeeded');
    await sweepLeftOver(hasty, signal);

    expect(ids()).toEqual([1001]);
    expect((await bed.production('zones')).map(({ _id }) => _id)).toEqual(['1001']);
  });

  it('is not brought back by an import that had read it before', async () => {
    const id = await diesAtRemoval();
    const importing = await bed.begin({ operation: 'import', kinds: ['zones'] });
    for (const kind of ['networks', 'zones'] as const) await bed.drive(importing, kind);

    await sweepLeftOver(hasty, signal);
    await bed.finish(importing);

    expect(ids()).toEqual([]);
    expect(await bed.store.runs.get(importing._id)).toMatchObject({ status: 'succeeded' });
    expect(await bed.production('zones')).toEqual([]);
    expect(await bed.local('zones', id)).not.toBeNull();
  });

  it('can be linked to nothing, also where an import has brought it back', async () => {
    const id = await diesAtRemoval();
    await bed.importKinds('zones');
    expect((await bed.production('zones')).map(({ _id }) => _id)).toEqual(['9000']);
    const linking = { kind: kinds.zones, localId: id, key: '9000', runId: null, keepLocal: false };

    expect(await bed.store.link(linking)).toEqual({ outcome: 'being_removed' });

    await sweepLeftOver(hasty, signal);
    expect(ids()).toEqual([]);
    expect(await bed.production('zones')).toEqual([]);
    expect(await bed.local('zones', id)).not.toBeNull();
  });
});

describe('what somebody makes when the account has been looked at', () => {
  /** A run gives up a zone and looks for it; then a person makes one of that name, and an import brings it. */
  async function madeByHand(): Promise<string> {
    const id = await bed.addZone();
    const first = await bed.begin(zones);
    bed.remote.faults.push(...Array.from({ length: 5 }, () => loseRequest));
    await bed.drive(first, 'zones', hasty);
    await sweepAndFinish(bed, first, hasty);
    expect(await bed.intent(id)).toMatchObject({ state: 'rejected', written_off: [], sweep_after: null });
    bed.remote.add('/zones', { network_id: 1 }, { id: 77, name: 'Top', alias: null });
    await bed.importKinds('zones');
    return id;
  }

  it('is neither removed nor adopted by the look for what a later run has lost', async () => {
    const id = await madeByHand();
    const second = await bed.begin(zones);
    bed.remote.faults.push(loseRequest);
    await bed.drive(second, 'zones', hasty);

    const [sweep] = await sweepAndFinish(bed, second, hasty);

    expect(sweep).toMatchObject({ state: 'completed', result: { removed: [], left: [], adopted: [] } });
    expect(bed.names()).toEqual(['Top', 'Top (1)']);
    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', sent_name: 'Top (1)' });
    expect((await bed.production('zones')).map(({ _id }) => _id)).toContain('77');
  });

  it('is not adopted either where the later run has looked for its own in vain', async () => {
    const id = await madeByHand();
    const second = await bed.begin(zones);
    bed.remote.faults.push(...Array.from({ length: 5 }, () => loseRequest));
    await bed.drive(second, 'zones', hasty);
    await cancelRun(hasty, second);
    expect(await bed.intent(id)).toMatchObject({ state: 'rejected', sweep_after: expect.any(Date) });

    await bed.run(zones);

    expect(bed.names()).toEqual(['Top', 'Top (1)']);
  });
});
