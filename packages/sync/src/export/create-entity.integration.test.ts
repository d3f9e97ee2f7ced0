import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failWith, loseRequest } from '../testing/memory-remote.ts';
import { openZoneBed, type ZoneBed, zones } from '../testing/zone-bed.ts';

let bed: ZoneBed;
beforeEach(async () => {
  bed = await openZoneBed();
});
afterEach(() => bed.close());

describe('a create', () => {
  it('that goes well is one list of names, one request, one promotion', async () => {
    const id = await bed.addZone();

    const run = await bed.run(zones);

    expect(run.status).toBe('succeeded');
    await bed.expectMade(id, 1);
    expect(bed.remote.lists).toEqual(['/zones?network_id=1']);
    expect(await bed.task(run, 'zones', id)).toMatchObject({
      state: 'completed',
      error: null,
      result: { sent_name: 'Top' },
      counts: { requests: 1 },
    });
  });

  it('that was never sent is sent again', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(failWith('network', { outcome: 'not_sent' }), failWith('network', { outcome: 'not_sent' }));

    const run = await bed.run(zones);

    expect(run.status).toBe('succeeded');
    await bed.expectMade(id, 3);
    expect(bed.remote.lists).toHaveLength(1);
    expect(await bed.task(run, 'zones', id)).toMatchObject({ attempts: 2, counts: { requests: 3 } });
  });

  it('that is never sent, however often, is kept with its error', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(...Array.from({ length: 10 }, () => failWith('network', { outcome: 'not_sent' })));

    const run = await bed.run(zones);

    expect(run.status).toBe('failed');
    expect(bed.remote.posts).toHaveLength(6);
    await bed.expectKept(id, { category: 'network', run_id: run._id });
    expect(await bed.intent(id)).toMatchObject({ state: 'rejected' });
  });

  it('refused by a 429 is sent again as often as it takes, and is not given up for it', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(...Array.from({ length: 8 }, () => failWith('quota', { retryAfterMs: 10 })), loseRequest);

    const run = await bed.run(zones);

    expect(run.status).toBe('succeeded');
    await bed.expectMade(id, 10);
    expect(await bed.task(run, 'zones', id)).toMatchObject({ attempts: 1 });
  });

  it('sent when a person cancels the run says so on its entity; what was not sent does not', async () => {
    const [id, other] = [await bed.addZone(), await bed.addZone('Side')];
    const run = await bed.begin(zones);
    bed.remote.faults.push(loseRequest);
    await bed.plan(run, 'zones');
    await bed.step(run, 'zones', id, bed.within({ settleMs: 3_600_000 }));
    await bed.store.runs.requestStop(run._id, 'cancelled', null);
    await bed.finish(run);

    expect((await bed.local('zones', id))?.sync_errors).toMatchObject([
      { run_id: run._id, message: expect.stringMatching(/^Sent, and what became of it is found out by itself/) },
    ]);
    expect((await bed.local('zones', other))?.sync_errors ?? []).toEqual([]);
  });

  it('refused with 401 tells also the edits that were not sent', async () => {
    bed.remote.add('/zones', { network_id: 1 }, { id: 70, name: 'Old', alias: null });
    await bed.importKinds('zones');
    await bed.edit('zones', '70', { alias: 'mine' });
    await bed.addZone();
    const run = await bed.begin(zones);
    await bed.plan(run, 'zones');
    await bed.store.runs.requestStop(run._id, 'failed', {
      category: 'authentication',
      code: 'access_token_refused',
      message: 'The token is refused.',
      remedy: null,
    });
    await bed.finish(run);

    expect((await bed.store.production.get('zones', '70'))?.sync.errors).toMatchObject([
      {
        category: 'authentication',
        run_id: run._id,
        message: 'Not exported: the run was stopped: The token is refused.',
      },
    ]);
  });

  it('refused with 401 stops the run, and is not tried again', async () => {
    const [id, other] = [await bed.addZone(), await bed.addZone('Side')];
    bed.remote.faults.push(failWith('authentication', { code: 'access_token_refused' }));

    const run = await bed.run(zones);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'access_token_refused' } });
    expect(bed.remote.posts).toHaveLength(1);
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'failed' });
    expect(await bed.task(run, 'zones', other)).toMatchObject({ state: 'skipped' });
    await bed.expectKept(id, { category: 'authentication' });
    expect((await bed.local('zones', other))?.sync_errors).toMatchObject([
      { category: 'authentication', run_id: run._id, message: expect.stringMatching(/^Not sent: the run was stopped/) },
    ]);
  });

  it('whose parent the API does not know is blocked', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(failWith('dependency', { code: 'not_found', status: 404 }));

    const run = await bed.run(zones);

    expect(bed.remote.posts).toHaveLength(1);
    await bed.expectKept(id, { category: 'dependency' });
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'blocked', error: { code: 'not_found' } });
    expect(await bed.intent(id)).toMatchObject({ state: 'blocked' });
  });

  it('whose values are refused is kept, and tried anew by the next run only', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(failWith('validation', { fields: { alias: 'is bad' } }));

    const run = await bed.run(zones);
    expect(bed.remote.posts).toHaveLength(1);
    await bed.expectKept(id, { category: 'validation' });
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'failed' });
    expect(await bed.store.names.reserved('zones:1')).toEqual([]);

    expect((await bed.run(zones)).status).toBe('succeeded');
    await bed.expectMade(id, 2);
  });
});

describe('a name that is found taken', () => {
  const taken = failWith('validation', { fields: { name: 'has already been taken' } });

  it('by somebody since the plan is changed, and sent once more', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push((carry, request) => {
      bed.remote.add('/zones', { network_id: 1 }, { id: 500, name: 'TOP' });
      return taken(carry, request);
    });

    const run = await bed.run(zones);

    expect(run.status).toBe('succeeded');
    expect(bed.names()).toEqual(['TOP', 'Top (1)']);
    expect(bed.remote.posts).toHaveLength(2);
    expect(await bed.local('zones', id)).toBeNull();
    expect(await bed.task(run, 'zones', id)).toMatchObject({ result: { sent_name: 'Top (1)' } });
  });

  describe('by its own earlier request, which came late,', () => {
    const late = { id: 500, name: ' TOP ' };
    const comeLate: typeof taken = (carry, request) => {
      bed.remote.add('/zones', { network_id: 1 }, late);
      return taken(carry, request);
    };

    it('is what that has made: the row is adopted, and nothing is sent under another name', async () => {
      const id = await bed.addZone();
      bed.remote.faults.push(loseRequest, comeLate);

      const run = await bed.run(zones);

      expect(run.status).toBe('succeeded');
      expect(bed.names()).toEqual([' TOP ']);
      expect(bed.remote.posts).toHaveLength(2);
      expect(await bed.local('zones', id)).toBeNull();
      expect(await bed.intent(id)).toMatchObject({ state: 'promoted', remote_id: '500', was_renamed: false });
    });

    it('is changed all the same where the row is not as it was sent: somebody else was faster', async () => {
      await bed.add('zones', { name: 'Top', alias: 'ours', network_id: 1 });
      bed.remote.faults.push(loseRequest, comeLate);

      const run = await bed.run(zones);

      expect(run.status).toBe('succeeded');
      expect(bed.names()).toEqual([' TOP ', 'Top (1)']);
    });

    it('is changed all the same where the draft is another by now: the row is not as it is to be', async () => {
      const id = await bed.addZone();
      bed.remote.faults.push(loseRequest, failWith('validation', { fields: { alias: 'is bad' } }));
      await bed.run(zones);
      await bed.store.locals.update('zones', id, { alias: 'other' });
      bed.remote.faults.push(comeLate);

      const run = await bed.run(zones);

      expect(run.status).toBe('succeeded');
      expect(bed.names()).toContain('Top (1)');
    });
  });

  it('twice is kept: in one run it is changed once', async () => {
    const id = await bed.addZone();
    const race: typeof taken = (carry, request) => {
      bed.remote.add('/zones', { network_id: 1 }, { id: 500 + bed.remote.posts.length, name: request.body?.name });
      return taken(carry, request);
    };
    bed.remote.faults.push(race, race);

    const run = await bed.run(zones);

    expect(bed.remote.posts).toHaveLength(2);
    expect(await bed.local('zones', id)).toMatchObject({ sync_errors: [{ category: 'validation' }] });
    expect(await bed.task(run, 'zones', id)).toMatchObject({ state: 'failed' });
  });

  it('but stands in no list is bad in itself, and kept', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push(taken);

    await bed.run(zones);

    expect(bed.remote.posts).toHaveLength(1);
    await bed.expectKept(id, { category: 'validation' });
  });

  it('is never adopted, wherever the process dies meanwhile', async () => {
    const id = await bed.addZone();
    bed.remote.faults.push((carry, request) => {
      bed.remote.add('/zones', { network_id: 1 }, { id: 500, name: 'Top' });
      return taken(carry, request);
    });
    const run = await bed.begin(zones);
    // Dies while it reads the list that shows who has the name.
    bed.remote.beforeList = () => {
      if (bed.remote.posts.length === 1) throw new Error('killed');
    };
    await bed.drive(run, 'zones').catch(() => undefined);
    bed.remote.beforeList = () => undefined;
    bed.remote.faults.push(taken);

    await bed.drive(run, 'zones');

    expect(bed.names()).toEqual(['Top', 'Top (1)']);
    expect(await bed.production('zones')).toMatchObject([{ name: 'Top (1)' }]);
    expect(await bed.intent(id)).toMatchObject({ state: 'promoted', sent_name: 'Top (1)' });
  });
});
