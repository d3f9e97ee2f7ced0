import { api } from '@broadstreet-sync/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiBed, createApiBed, plannedTask } from '../testing/api-bed.ts';

let t: ApiBed;
beforeAll(async () => {
  t = await createApiBed();
});
afterAll(() => t.close());

it('the requests of an import are told before its first, and corrected as its kinds are planned', async () => {
  const { body: triggered } = await t.call(api.syncKind.find(({ kind }) => kind === 'zones'));
  const { runs, tasks } = t.store;
  const id: string = triggered.id;
  const look = async () => (await t.call(api.getRun[0], { params: { id } })).body;
  expect(triggered).toMatchObject({ planned_requests: null, reads_first: [] });

  await runs.expect(id, { networks: 1, zones: 2 });
  await runs.expect(id, { networks: 7, zones: 7 });
  await runs.start(id);

  expect(await look()).toMatchObject({
    // Beside the three lists, the counts of two networks.
    planned_requests: 5,
    reads_first: ['networks'],
    kinds: { networks: { total: null }, zones: { total: null } },
  });

  await tasks.plan([plannedTask(id, 'networks')]);
  await runs.setPlan(id, 'networks', { phase: 'ready', windows: 0 });
  await tasks.plan(['1', '2', '3'].map((subject) => plannedTask(id, 'zones', { subject })));
  await runs.setPlan(id, 'zones', { phase: 'ready', windows: 0 });

  expect(await look()).toMatchObject({
    planned_requests: 7,
    reads_first: ['networks'],
    kinds: { networks: { total: 1 }, zones: { total: 3 } },
  });
});
