import { eventually, spawnApp } from '@broadstreet-sync/testkit';
import { describe, expect, it } from 'vitest';
import { engineOfEach, quick } from './engine.ts';

const engine = engineOfEach();

describe('an outcome that a cancelled run leaves open', () => {
  it('is settled by the workers, without another run: what was carried out is in production', async () => {
    await engine().bed.remote.create({ account: 'bare' });
    await spawnApp('worker', { ...engine().bed.env, ...quick });
    await spawnApp('worker', { ...engine().bed.env, ...quick });
    await engine().run();
    const network_id = Number((await engine().bed.remote.state()).networks[0]?.id);
    const ids: string[] = [];
    for (const name of ['Carried out', 'Lost', 'Carried out too']) {
      ids.push((await engine().store.locals.create('zones', { name, network_id }))._id.toHexString());
    }
    await engine().bed.remote.addFault({ method: 'POST', name: '^Carried', fault: { type: 'commit_then_reset' } });
    await engine().bed.remote.addFault({ method: 'POST', name: '^Lost', fault: { type: 'reset_before_commit' } });
    const run = await engine().trigger({ operation: 'export', kinds: ['zones'] });
    const state = async (id: string) => (await engine().store.intents.get(id))?.state;
    await eventually(async () => (await Promise.all(ids.map(state))).every((each) => each === 'ambiguous'));
    await engine().store.runs.requestStop(run._id, 'cancelled', null);
    await engine().ended(run._id);
    const before = (await engine().bed.remote.requests()).at(-1)?.seq ?? 0;

    await eventually(async () => (await Promise.all(ids.map(state))).join() === 'promoted,planned,promoted');

    const requests = await engine().bed.remote.requests(before);
    expect(requests.map(({ route }) => route)).toEqual(['GET /zones']);
    expect((await engine().store.production.page('zones', { created_locally: true }, {}, 0, 10)).total).toBe(2);
    const drafts = await engine().store.locals.inOrder('zones', null).toArray();
    expect(drafts.map(({ name }) => name)).toEqual(['Lost']);
  });
});
