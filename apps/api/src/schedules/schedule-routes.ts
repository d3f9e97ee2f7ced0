import { api, nextCursor, pathOf, toPage } from '@broadstreet-sync/contract';
import { parentField, rootKind } from '@broadstreet-sync/domain';
import { type ScheduleDocument, scheduledRequest } from '@broadstreet-sync/store';
import { isMatch } from '../entities/etag.ts';
import { type Binding, bind, reply } from '../http/bind.ts';
import { within } from '../http/patience.ts';
import { notFound, ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import type { StartRun } from '../runs/trigger.ts';
import { toSchedule } from './schedule-request.ts';
import { type ScheduleStore, tickView, viewSchedule, viewSchedules } from './schedule-view.ts';

interface ScheduleParts extends Pick<ApiParts, 'queues' | 'log'> {
  readonly store: ScheduleStore;
  readonly startRun: StartRun;
}

/** Redis gets this long to take an alarm; then the workers set it, who look after them. */
const alarmWithinMs = 400;

/** Runs that come by themselves: stored first, since MongoDB is what counts, then given to Redis as alarms. */
export function bindScheduleRoutes({ store, queues, log, startRun }: ScheduleParts): Binding[] {
  const { schedules } = store;

  async function find(id: string): Promise<ScheduleDocument> {
    const schedule = await schedules.get(id);
    if (schedule === null) throw notFound(`There is no schedule ${id}: it may have been deleted.`);
    return schedule;
  }

  /** @returns the revision that a change is to be made of; undefined: any */
  async function requireMatch(id: string, ifMatch: string | undefined): Promise<number | undefined> {
    const schedule = await find(id);
    if (!isMatch(ifMatch, etagOf(schedule))) throw await outdated(schedule);
    return ifMatch === undefined ? undefined : schedule.revision;
  }

  async function outdated(schedule: ScheduleDocument): Promise<ProblemError> {
    return new ProblemError({
      code: 'revision_outdated',
      detail: 'The schedule was changed since it was read: look at it again, then repeat the change on that.',
      extra: { entity: await viewSchedule(store, schedule) },
      headers: { etag: etagOf(schedule) },
    });
  }

  async function alarm(schedule: ScheduleDocument): Promise<void> {
    const { next_at, _id } = schedule;
    const work = next_at === null ? queues.alarms.remove(_id) : queues.alarms.set(schedule);
    await within(alarmWithinMs, work).catch((err: unknown) => {
      log.warn({ err, schedule: _id }, 'the schedule is stored; workers will see to its alarm: Redis did not take it');
    });
  }

  async function show(schedule: ScheduleDocument) {
    return reply(200, await viewSchedule(store, schedule), { etag: etagOf(schedule) });
  }

  async function setEnabled(id: string, enabled: boolean) {
    const changed = await schedules.setEnabled(id, enabled);
    if (changed === null) throw notFound(`There is no schedule ${id}: it may have been deleted.`);
    await alarm(changed);
    return show(changed);
  }

  return [
    ...bind(api.listSchedules, async ({ query }) => {
      const { skip, limit } = toPage(query);
      // What is limited to none is of this one too.
      const field = `filters.${parentField(rootKind.name)}`;
      const filter = query.root === undefined ? {} : { [field]: { $in: [Number(query.root), null] } };
      const { items, total } = await schedules.list(filter, skip, limit);
      return reply(200, { items: await viewSchedules(store, items), total, next: nextCursor({ skip, limit }, total) });
    }),
    ...bind(api.createSchedule, async ({ body }) => {
      const schedule = await schedules.create(toSchedule(body, await store.now()));
      await alarm(schedule);
      const location = pathOf({ path: '/api/schedules/{id}' }, { id: schedule._id });
      return reply(201, await viewSchedule(store, schedule), { location, etag: etagOf(schedule) });
    }),
    ...bind(api.getSchedule, async ({ params }) => show(await find(params.id))),
    ...bind(api.replaceSchedule, async ({ params, body, headers }) => {
      const revision = await requireMatch(params.id, headers['if-match']);
      const changed = await schedules.replace(params.id, toSchedule(body, await store.now()), revision);
      if (changed === null) throw await outdated(await find(params.id));
      await alarm(changed);
      return show(changed);
    }),
    ...bind(api.removeSchedule, async ({ params, headers }) => {
      const revision = await requireMatch(params.id, headers['if-match']);
      if (!(await schedules.remove(params.id, revision))) throw await outdated(await find(params.id));
      await within(alarmWithinMs, queues.alarms.remove(params.id)).catch((err: unknown) => {
        log.warn({ err, schedule: params.id }, 'the schedule is deleted; workers will see to its alarm');
      });
      return reply(204);
    }),
    ...bind(api.pauseSchedule, ({ params }) => setEnabled(params.id, false)),
    ...bind(api.resumeSchedule, async ({ params }) => {
      const { ends_at, enabled } = await find(params.id);
      if (!enabled && ends_at !== null && ends_at <= (await store.now())) throw hasEnded(params.id, ends_at);
      return setEnabled(params.id, true);
    }),
    ...bind(api.runSchedule, async (input, http) => {
      const schedule = await find(input.params.id);
      const started = await startRun(scheduledRequest(schedule, null), input, http);
      await schedules.ranNow(schedule._id, started.body.id);
      return started;
    }),
    ...bind(api.listTicks, async ({ params, query }) => {
      const { skip, limit } = toPage(query);
      const { _id } = await find(params.id);
      const { items, total } = await schedules.ticksOf(_id, skip, limit);
      return reply(200, { items: items.map(tickView), total, next: nextCursor({ skip, limit }, total) });
    }),
  ];
}

function etagOf({ revision }: ScheduleDocument): string {
  return `"${revision}"`;
}

function hasEnded(id: string, endsAt: Date): ProblemError {
  const detail = `The schedule ${id} ended at ${endsAt.toISOString()}: give it a later end first, or none.`;
  return new ProblemError({ code: 'schedule_ended', detail });
}
