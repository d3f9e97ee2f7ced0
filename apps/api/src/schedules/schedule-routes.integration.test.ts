import { api } from '@broadstreet-sync/contract';
import { kindNames } from '@broadstreet-sync/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBed, createApiBed } from '../testing/api-bed.ts';

const [listSchedules] = api.listSchedules;
const [createSchedule] = api.createSchedule;
const [getSchedule] = api.getSchedule;
const [replaceSchedule] = api.replaceSchedule;
const [removeSchedule] = api.removeSchedule;
const [pauseSchedule] = api.pauseSchedule;
const [resumeSchedule] = api.resumeSchedule;
const [runSchedule] = api.runSchedule;
const [listTicks] = api.listTicks;
let t: ApiBed;

beforeAll(async () => {
  t = await createApiBed();
});
afterEach(async () => {
  for (const { schedule } of await t.queues.alarms.list()) await t.queues.alarms.remove(schedule);
  await t.clear();
});
afterAll(() => t.close());

type Given = Readonly<Record<string, unknown>>;
const nightly = { name: 'Nightly', cron: '30 2 * * *', timezone: 'America/New_York' };
const hourly = { name: 'Hourly', every_seconds: 3600 };

async function make(body: Given = nightly): Promise<{ id: string; etag: string | undefined }> {
  const { status, body: schedule, headers } = await t.call(createSchedule, { body });
  expect(status, JSON.stringify(schedule)).toBe(201);
  return { id: schedule.id, etag: headers.etag };
}

function on(id: string) {
  return { params: { id } };
}

describe('a new schedule', () => {
  it('is answered with all that it is, where it lies and when it runs next', async () => {
    const answer = await t.call(createSchedule, { body: nightly });

    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/api/schedules/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      ...nightly,
      operation: 'import',
      kinds: [...kindNames],
      mode: 'full',
      filters: {},
      every_seconds: null,
      conflicts: 'remote_wins',
      max_age_hours: null,
      jitter_seconds: 0,
      overlap: 'skip',
      missed: 'skip',
      enabled: true,
      ends_at: null,
      last_run: null,
      last_tick: null,
    });
    expect(answer.body.next).toHaveLength(5);
    for (const at of answer.body.next) {
      const shown = new Date(at).toLocaleTimeString('en-GB', { timeZone: 'America/New_York' });
      expect(shown).toBe('02:30:00');
    }
    expect(await t.call(getSchedule, on(answer.body.id))).toMatchObject({ status: 200, body: answer.body });
  });

  it('has an alarm in Redis that goes off when it runs next', async () => {
    const { id } = await make();
    const { body } = await t.call(getSchedule, on(id));

    expect(await t.queues.alarms.list()).toEqual([{ schedule: id, revision: 1, next: Date.parse(body.next[0]) }]);
  });

  it('runs for the first time when its interval has passed, and not at once', async () => {
    const { body } = await t.call(createSchedule, { body: hourly });
    const gaps = body.next.map((at: string) => Date.parse(at) - Date.parse(body.created_at));

    expect(gaps).toEqual([1, 2, 3, 4, 5].map((hours) => hours * 3_600_000));
    const [alarm] = await t.queues.alarms.list();
    expect(alarm?.next).toBe(Date.parse(body.next[0]));
  });

  it.each<[string, Given, Given]>([
    ['a fresh import', { mode: 'fresh' }, { mode: 'fresh', filters: {} }],
    ['what is due', { mode: 'due' }, { mode: 'due', max_age_hours: 24 }],
    ['what is older than that', { mode: 'due', max_age_hours: 2 }, { mode: 'due', max_age_hours: 2 }],
    ['a network', { filters: { network_id: 7 } }, { mode: 'incremental', filters: { network_id: 7 } }],
    ['an export', { operation: 'export', filters: { network_id: 7 } }, { mode: 'full', filters: { network_id: 7 } }],
    ['some kinds', { kinds: ['zones', 'networks', 'zones'] }, { kinds: ['networks', 'zones'] }],
    ['none while it is paused', { enabled: false, ends_at: '2020-01-01T00:00:00Z' }, { enabled: false, next: [] }],
    ['an end', { ends_at: '2999-01-01T01:00:00+01:00' }, { ends_at: '2999-01-01T00:00:00.000Z' }],
  ])('may run %s', async (_, given, expected) => {
    const answer = await t.call(createSchedule, { body: { ...nightly, ...given } });

    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    expect(answer.body).toMatchObject(expected);
  });
});

describe('bad input', () => {
  it.each<[Given, string]>([
    [{ name: ' ' }, 'name'],
    [{ cron: '61 * * * *' }, 'cron'],
    [{ cron: 'daily' }, 'cron'],
    [{ cron: null }, 'cron'],
    [{ every_seconds: 60 }, 'cron'],
    [{ cron: null, every_seconds: 0 }, 'every_seconds'],
    [{ cron: null, every_seconds: 1.5 }, 'every_seconds'],
    [{ timezone: 'Mars/Base' }, 'timezone'],
    [{ ends_at: '2020-01-01T00:00:00Z' }, 'ends_at'],
    [{ ends_at: 'tomorrow' }, 'ends_at'],
    [{ jitter_seconds: 86_400 }, 'jitter_seconds'],
    [{ jitter_seconds: -1 }, 'jitter_seconds'],
    [{ overlap: 'wait' }, 'overlap'],
    [{ missed: 'all' }, 'missed'],
    [{ operation: 'both' }, 'operation'],
    [{ kinds: ['banners'] }, 'kinds.0'],
    [{ kinds: [] }, 'kinds'],
    [{ mode: 'incremental' }, 'filters'],
    [{ mode: 'full', filters: { network_id: 7 } }, 'filters'],
    [{ mode: 'full', max_age_hours: 3 }, 'max_age_hours'],
    [{ filters: { name: 'x' } }, 'filters.name'],
    [{ kinds: ['networks'], filters: { zone_id: 3 } }, 'filters.zone_id'],
    [{ operation: 'export', mode: 'due' }, 'mode'],
    [{ operation: 'export', kinds: ['networks'], filters: { zone_id: 3 } }, 'filters.zone_id'],
    [{ dry_run: true }, 'dry_run'],
  ])('%j is refused and its field named', async (given, path) => {
    const answer = await t.call(createSchedule, { body: { ...nightly, ...given } });

    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
    expect(answer.body.errors.map((fault: { path: string }) => fault.path)).toEqual([path]);
    expect((await t.call(listSchedules)).body.total).toBe(0);
  });

  it('is told of all at once', async () => {
    const body = { ...nightly, cron: '0 24 * * *', timezone: 'Nowhere', mode: 'full', max_age_hours: 3 };
    const answer = await t.call(createSchedule, { body });

    const paths = answer.body.errors.map((fault: { path: string }) => fault.path);
    expect(paths).toEqual(['cron', 'timezone', 'max_age_hours']);
  });
});

describe('a change', () => {
  it('takes an answer back as it was given, changed', async () => {
    const { id, etag } = await make({ ...nightly, kinds: ['zones'], mode: 'due', overlap: 'queue' });
    const { body } = await t.call(getSchedule, on(id));

    const changed = await t.call(replaceSchedule, {
      ...on(id),
      body: { ...body, name: 'Later', cron: '0 4 * * *' },
      headers: { 'if-match': etag },
    });

    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
    const kept = { kinds: ['zones'], mode: 'due', overlap: 'queue', max_age_hours: 24, id };
    expect(changed.body).toMatchObject({ ...kept, name: 'Later', cron: '0 4 * * *' });
    expect(await t.queues.alarms.list()).toEqual([
      { schedule: id, revision: 2, next: Date.parse(changed.body.next[0]) },
    ]);
  });

  it('sets what is not given to what it is when it is not given', async () => {
    const { id } = await make({ ...nightly, overlap: 'cancel', jitter_seconds: 5 });

    const changed = await t.call(replaceSchedule, { ...on(id), body: hourly });

    expect(changed.body).toMatchObject({ ...hourly, cron: null, timezone: 'UTC', overlap: 'skip', jitter_seconds: 0 });
  });

  it.each([
    [replaceSchedule, nightly],
    [removeSchedule, undefined],
  ])('of what was changed meanwhile is refused, and it is shown', async (route, body) => {
    const { id, etag } = await make();
    await t.call(pauseSchedule, on(id));

    const request = { ...on(id), headers: { 'if-match': etag } };
    const answer = await t.call(route, body === undefined ? request : { ...request, body });

    expect([answer.status, answer.body.code]).toEqual([412, 'revision_outdated']);
    expect(answer.body.entity).toMatchObject({ id, enabled: false });
    expect(answer.headers.etag).not.toBe(etag);
    expect((await t.call(getSchedule, on(id))).body.enabled).toBe(false);
  });

  it('leaves nothing of one that is deleted', async () => {
    const { id, etag } = await make();

    expect((await t.call(removeSchedule, { ...on(id), headers: { 'if-match': etag } })).status).toBe(204);

    expect((await t.call(getSchedule, on(id))).status).toBe(404);
    expect(await t.queues.alarms.list()).toEqual([]);
    for (const route of [replaceSchedule, removeSchedule, pauseSchedule, resumeSchedule, runSchedule, listTicks]) {
      const body = route === replaceSchedule ? nightly : undefined;
      const answer = await t.call(route, { ...on(id), ...(body === undefined ? {} : { body }) });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  });
});

describe('pause and resume', () => {
  it('take the alarm away, and set it anew', async () => {
    const { id } = await make(hourly);

    const paused = await t.call(pauseSchedule, on(id));
    const again = await t.call(pauseSchedule, on(id));
    expect([paused.status, paused.body.enabled, paused.body.next]).toEqual([200, false, []]);
    expect(again.headers.etag).toBe(paused.headers.etag);
    expect(await t.queues.alarms.list()).toEqual([]);

    const resumed = await t.call(resumeSchedule, on(id));
    expect([resumed.status, resumed.body.enabled]).toEqual([200, true]);
    expect(await t.queues.alarms.list()).toHaveLength(1);
  });

  it('refuse to resume one that has ended', async () => {
    const { id } = await make({ ...nightly, enabled: false, ends_at: '2020-01-01T00:00:00Z' });

    const answer = await t.call(resumeSchedule, on(id));

    expect([answer.status, answer.body.code]).toEqual([409, 'schedule_ended']);
  });
});

describe('run now', () => {
  it('starts what the schedule runs, also while it is paused, and names it', async () => {
    const { id } = await make({ ...nightly, enabled: false, mode: 'due', max_age_hours: 2, conflicts: 'manual' });

    const answer = await t.call(runSchedule, on(id));

    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      mode: 'due',
      max_age_hours: 2,
      conflicts: 'manual',
      requested_by: 'api',
      schedule: { id, name: 'Nightly', at: null },
    });
    const others = await t.call(api.listRuns[0], { query: { schedule: 'f'.repeat(24) } });
    const own = await t.call(api.listRuns[0], { query: { schedule: id } });
    expect([own.body.total, others.body.total]).toEqual([1, 0]);
    const { body } = await t.call(getSchedule, on(id));
    expect(body.last_run).toMatchObject({ id: answer.body.id, status: 'queued' });
    expect(body.enabled).toBe(false);
  });

  it('runs of all kinds those that its filters concern', async () => {
    const { id } = await make({ ...nightly, filters: { advertiser_id: 7 } });

    const answer = await t.call(runSchedule, on(id));

    expect(Object.keys(answer.body.kinds)).toEqual(['advertisers', 'advertisements', 'campaigns', 'placements']);
    expect((await t.call(getSchedule, on(id))).body.kinds).toEqual([...kindNames]);
  });

  it('is turned away like any trigger, waits if it is asked to, and is one run for one key', async () => {
    const { id } = await make();
    const headers = { 'idempotency-key': 'mine' };
    const first = await t.call(runSchedule, { ...on(id), headers });

    expect((await t.call(runSchedule, on(id))).body.code).toBe('run_in_progress');
    expect((await t.call(runSchedule, { ...on(id), headers })).body.id).toBe(first.body.id);
    const second = await t.call(runSchedule, { ...on(id), query: { queue: 'true' } });
    expect([second.status, second.body.id === first.body.id]).toEqual([202, false]);
  });
});

describe('the list', () => {
  it('has schedules by name, in pages, and for a network those that concern it', async () => {
    await make({ ...nightly, name: 'b', filters: { network_id: 7 } });
    await make({ ...nightly, name: 'c', filters: { network_id: 8 } });
    await make({ ...nightly, name: 'a' });

    const names = async (query: Record<string, string>) => {
      const { body } = await t.call(listSchedules, { query });
      return [body.items.map(({ name }: { name: string }) => name), body.total];
    };
    expect(await names({})).toEqual([['a', 'b', 'c'], 3]);
    expect(await names({ root: '7' })).toEqual([['a', 'b'], 2]);
    const { body } = await t.call(listSchedules, { query: { limit: '2' } });
    expect(await names({ limit: '2', cursor: body.next })).toEqual([['c'], 3]);
  });
});
