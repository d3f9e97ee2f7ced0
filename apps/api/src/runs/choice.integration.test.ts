import { api, type Route } from '@broadstreet-sync/contract';
import { type KindName, kindNames } from '@broadstreet-sync/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed, productionDocument } from '../testing/api-bed.ts';
import { dryRunRequest, endedDryRun, planItem } from '../testing/plans.ts';

const [syncLocalAll] = api.syncLocalAll;
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterEach(() => t.clear());
afterAll(() => t.close());

const trigger = (kind: KindName): Route | undefined => api.syncKind.find((route) => route.kind === kind);

async function add(kind: KindName, fields: Record<string, unknown> = {}): Promise<string> {
  return (await t.store.locals.create(kind, fields))._id.toHexString();
}

/** A local entity that has become a remote one. */
async function addExported(kind: KindName, key: string): Promise<string> {
  const id = 'a'.repeat(24);
  const entry = { kind, local_id: id, remote_id: key, run_id: 'run', created_at: new Date() };
  await t.db.collection<{ _id: string }>('id_map').insertOne({ _id: `${kind}:${id}`, ...entry });
  return id;
}

async function expectRefused(route: Route | undefined, body: object, path: string, message: string): Promise<void> {
  const answer = await t.call(route, { body });

  expect([answer.status, answer.body.code, answer.body.errors?.[0]?.path]).toEqual([422, 'invalid_input', path]);
  expect(answer.body.errors[0].message).toContain(message);
  expect((await t.store.runs.list({}, 0, 1)).total).toBe(0);
}

describe('an export of single entities', () => {
  it('is a run of these, by their kinds', async () => {
    const [zone, advertiser, other] = [await add('zones'), await add('advertisers'), await add('zones')];
    const { status, body } = await t.call(syncLocalAll, { body: { local_ids: [zone, advertiser, other, zone] } });

    expect(status).toBe(202);
    expect(Object.keys(body.kinds)).toEqual(['advertisers', 'zones']);
    expect(await t.store.runs.get(body.id)).toMatchObject({
      kinds: ['advertisers', 'zones'],
      only: { zones: [zone, other], advertisers: [advertiser] },
    });
  });

  it('of one kind takes none of another', async () => {
    const [zone, advertiser] = [await add('zones'), await add('advertisers')];
    const exportOf = (...local_ids: string[]) => ({ direction: 'export', local_ids });

    await expectRefused(trigger('zones'), exportOf(zone, advertiser), 'local_ids.1', 'is a local advertiser');
    expect((await t.call(trigger('zones'), { body: exportOf(zone) })).status).toBe(202);
  });

  it('names what is nobody’s, and says where one is that has been exported', async () => {
    const exported = await addExported('campaigns', '77');

    await expectRefused(
      syncLocalAll,
      { local_ids: ['0'.repeat(24)] },
      'local_ids.0',
      `${'0'.repeat(24)} is not the _id`,
    );
    await expectRefused(syncLocalAll, { local_ids: [exported] }, 'local_ids.0', '/api/campaigns/77');
  });

  it.each([
    [{ local_ids: [] }, 'local_ids', 'names nothing'],
    [{ local_ids: ['x'] }, 'local_ids.0', '24 hexadecimal digits'],
    [{ local_ids: [5] }, 'local_ids.0', ''],
    [{ local_ids: 'x' }, 'local_ids', ''],
    [{ local_ids: ['0'.repeat(24)], filters: { name: 'x' } }, 'filters', 'local_ids'],
    [{ adopt: 'always' }, 'adopt', ''],
    [{ filters: { network_id: 'x' } }, 'filters.network_id', 'must be a remote id'],
    [{ filters: { network_id: 0 } }, 'filters.network_id', 'must be a remote id'],
    [{ filters: { colour: 'red' } }, 'filters.colour', 'is not known here'],
    [{ filters: { name: '  ' } }, 'filters.name', 'must not be blank'],
    [{ filters: { ids: [1] } }, 'filters.ids', 'local_ids'],
    [{ plan: '0'.repeat(24) }, 'plan', 'is no run'],
    [{ plan: 'x', local_ids: ['0'.repeat(24)] }, 'local_ids', 'is said by the plan'],
    [{ plan: 'x', dry_run: true }, 'dry_run', 'is what the plan was made by'],
    [{ plan: 5 }, 'plan', ''],
  ])('names the field that is wrong: %j', async (body, path, message) => {
    await expectRefused(syncLocalAll, body, path, message);
  });

  it.each([
    ['zones', { campaign_id: 5 }, 'filters.campaign_id', 'zones do not hang on one; there are network_id'],
    ['networks', { network_id: 5 }, 'filters.network_id', 'choose them by local_ids'],
    ['placements', { name: 'x' }, 'filters.name', 'have no name'],
  ] as const)('of %s refuses a filter that makes no sense: %j', async (kind, filters, path, message) => {
    await expectRefused(trigger(kind), { direction: 'export', filters }, path, message);
  });

  it.each([
    [{ direction: 'export', mode: 'fresh' }, 'mode', 'is for an import only'],
    [{ direction: 'export', max_age_hours: 3 }, 'max_age_hours', 'is for an import only'],
    [{ local_ids: ['0'.repeat(24)] }, 'local_ids', 'is for an export only'],
    [{ adopt: 'exact' }, 'adopt', 'is for an export only'],
    [{ plan: 'x' }, 'plan', 'is for an export only'],
  ])('says which direction a field is for: %j', async (body, path, message) => {
    await expectRefused(trigger('zones'), body, path, message);
  });

  it('keeps filters as they were given', async () => {
    const filters = { network_id: 5, name: ' Top ' };
    const { body } = await t.call(syncLocalAll, { body: { filters, adopt: 'exact', dry_run: true } });

    expect(body).toMatchObject({ dry_run: true, adopt: 'exact', links: { plan: `/api/runs/${body.id}/plan` } });
    expect(await t.store.runs.get(body.id)).toMatchObject({ filters, adopt: 'exact', kinds: [...kindNames] });
  });
});

describe('the same Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'monday' };

  it('gives the first run again, though what it named has been exported since', async () => {
    const [one, two] = [await add('zones'), await add('zones')];
    const first = await t.call(syncLocalAll, { headers, body: { local_ids: [one, two] } });
    await t.store.locals.remove('zones', one);
    const again = await t.call(syncLocalAll, { headers, body: { local_ids: [two, one, one] } });

    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
  });

  it.each([
    { local_ids: ['0'.repeat(24)] },
    { filters: { network_id: 5 } },
    { adopt: 'exact' },
    { plan: '0'.repeat(24) },
    { dry_run: true },
  ])('of another choice is refused: %j', async (body) => {
    const first = await t.call(syncLocalAll, { headers });
    const other = await t.call(syncLocalAll, { headers, body });

    expect([other.status, other.body.code, other.body.run.id]).toEqual([409, 'idempotency_key_reused', first.body.id]);
  });

  it('gives the run again that carries out a plan, which is outdated by then', async () => {
    const id = await add('zones', { name: 'Top' });
    const plan = await endedDryRun(t.store, (run) => [planItem(run, 'zones', id, { draft: { name: 'Top' } })]);
    const body = { direction: 'export', plan: plan._id };
    const first = await t.call(trigger('zones'), { headers, body });
    await t.store.locals.remove('zones', id);
    const again = await t.call(trigger('zones'), { headers, body });

    expect([first.status, again.status, again.body.id]).toEqual([202, 202, first.body.id]);
    expect(again.body.from_plan).toBe(plan._id);
  });
});

describe('an export of a plan', () => {
  async function planned(changes: Partial<Parameters<typeof planItem>[3]> = {}) {
    const id = await add('zones', { name: 'Top', network_id: 5 });
    const draft = { name: 'Top', network_id: 5 };
    const plan = await endedDryRun(
      t.store,
      (run) => [planItem(run, 'zones', id, { draft, name: 'Top', parents: { network_id: 5 }, ...changes })],
      { filters: { network_id: 5 }, confirm: ['networks'], adopt: 'exact' },
    );
    return { id, plan };
  }
  const carryOut = (plan: string, body: object = {}) => {
    return t.call(trigger('zones'), { body: { direction: 'export', plan, ...body } });
  };

  it('is a run of what was chosen, confirmed and wished for then', async () => {
    const { plan } = await planned({ unknown_parents: ['network_id'] });
    const { status, body } = await carryOut(plan._id);

    expect(status).toBe(202);
    expect(body).toMatchObject({ from_plan: plan._id, dry_run: false, adopt: 'exact' });
    expect(await t.store.runs.get(body.id)).toMatchObject({
      from_plan: plan._id,
      filters: { network_id: 5 },
      confirm: ['networks'],
      kinds: ['zones'],
    });
  });

  it('is refused where the account has moved on, with what has changed', async () => {
    const { id, plan } = await planned({ unknown_parents: ['network_id'] });
    await t.store.locals.update('zones', id, { alias: 'top' });
    const late = await add('zones', { name: 'Late', network_id: 5 });
    const answer = await carryOut(plan._id);

    expect([answer.status, answer.body.code]).toEqual([409, 'plan_outdated']);
    expect(answer.body.changes).toEqual([
      { kind: 'zones', subject: id, name: 'Top', change: 'edited', detail: 'was edited here (alias)' },
      { kind: 'zones', subject: late, name: 'Late', change: 'added', detail: 'was added here' },
    ]);
    expect(answer.body.detail).toContain('"Top"');
    expect((await t.store.runs.list({ dry_run: false }, 0, 1)).total).toBe(0);
  });

  it('is refused where a parent is gone that was there', async () => {
    const { plan } = await planned();
    expect((await carryOut(plan._id)).body.changes).toMatchObject([
      { change: 'refused', detail: 'its network is gone' },
    ]);

    await t.db.collection<{ _id: string }>('networks').insertOne(productionDocument('5', { id: 5, name: 'Net' }));
    expect((await carryOut(plan._id)).status).toBe(202);
  });

  it('is refused where what exists was edited or is to be deleted since, within its filters', async () => {
    const { plan } = await planned({ unknown_parents: ['network_id'] });
    const zone = (key: string, network_id: number) =>
      productionDocument(key, { id: Number(key), name: 'Old', network_id });
    const edited = (key: string, network_id: number) => {
      const document = zone(key, network_id);
      return { ...document, alias: 'mine', sync: { ...document.sync, edited: ['alias'], base: { alias: null } } };
    };
    const zones = t.db.collection<{ _id: string }>('zones');
    await zones.insertMany([edited('71', 6), zone('73', 5)]);
    expect((await carryOut(plan._id)).status).toBe(202);
    await zones.insertOne(edited('72', 5));
    await t.store.deletions.plan([
      { kind: 'zones', key: '73', deletion: { requested_by: 'x', part_of: null, with: null, drafts: [] } },
    ]);
    const answer = await carryOut(plan._id);

    expect([answer.status, answer.body.code]).toEqual([409, 'plan_outdated']);
    expect(answer.body.changes).toEqual([
      { kind: 'zones', subject: '72', name: 'Old', change: 'added', detail: 'was edited here' },
      { kind: 'zones', subject: '73', name: 'Old', change: 'added', detail: 'was marked to be deleted' },
    ]);
  });

  it('goes where something was added that the plan was not about', async () => {
    const { plan } = await planned({ unknown_parents: ['network_id'] });
    await add('zones', { name: 'Elsewhere', network_id: 6 });

    expect((await carryOut(plan._id)).status).toBe(202);
  });

  it('is refused of what is no whole plan of these kinds', async () => {
    const { plan } = await planned();
    const other = await carryOut(plan._id, { confirm: [] });
    expect(other.body.code).not.toBe('invalid_input');
    const { run: real } = await t.store.runs.trigger({ ...dryRunRequest({ dry_run: false }) }, false);
    await t.store.runs.requestStop(real._id, 'cancelled', null);
    const { run: open } = await t.store.runs.trigger(dryRunRequest(), false);

    const advertisers = await t.call(trigger('advertisers'), { body: { direction: 'export', plan: plan._id } });
    expect(advertisers.body.errors[0]).toMatchObject({
      path: 'plan',
      message: expect.stringContaining('is of zones too'),
    });
    expect((await carryOut(real._id)).body.errors[0].message).toContain('is no dry run of an export');
    const early = await carryOut(open._id);
    expect([early.status, early.body.code]).toEqual([409, 'run_not_ended']);
    await t.store.runs.requestStop(open._id, 'cancelled', null);
    expect((await carryOut(open._id)).body.errors[0].message).toContain('before its plan was whole');
  });

  it('is refused with a confirmation that the plan was made without', async () => {
    const id = await add('zones', {});
    const plan = await endedDryRun(t.store, (run) => [planItem(run, 'zones', id)]);
    const answer = await carryOut(plan._id, { confirm: ['networks'] });

    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'confirm']);
  });
});
