import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { pageOf, pageParameters, rootParameter } from '../pages.ts';
import { defineRoute, none } from '../route.ts';
import { schedule, scheduleInput, tick } from '../schedules.ts';
import { triggerHeaders, triggerQuery } from '../triggers.ts';
import { startedRun, triggerProblems } from './sync.ts';

const tag = 'Schedules';
const params = closedObject({ id: z.string().regex(/^[0-9a-f]{24}$/) });
const one = { ...none, tag, params, path: '/api/schedules/{id}', problems: ['not_found'] } as const;
const ifMatch = z.object({
  'if-match': z.string().optional().meta({ description: 'An `ETag` that was given: 412 when it is outdated.' }),
});
const headers = { etag: 'Changes when the schedule is changed; for `If-Match`.' } as const;
const shown = { 200: { description: 'The schedule.', body: schedule, headers } } as const;

/** Runs that come by themselves. */
export const scheduleRoutes = {
  listSchedules: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/schedules',
      role: 'viewer',
      summary: 'Schedules, by name',
      tag,
      query: closedObject({
        root: rootParameter.meta({ description: 'Id of a network: without what is limited to another.' }),
        ...pageParameters,
      }),
      answers: { 200: { description: 'A page of them.', body: pageOf(schedule) } },
    }),
  ],
  createSchedule: [
    defineRoute({
      ...none,
      method: 'post',
      path: '/api/schedules',
      role: 'operator',
      summary: 'Make a schedule; its first run comes at its next time, and not at once',
      tag,
      body: scheduleInput,
      answers: {
        201: {
          description: 'The schedule.',
          body: schedule,
          headers: { ...headers, location: 'Address of the schedule.' },
        },
      },
    }),
  ],
  getSchedule: [
    defineRoute({ ...one, method: 'get', role: 'viewer', summary: 'A schedule, with its next times', answers: shown }),
  ],
  replaceSchedule: [
    defineRoute({
      ...one,
      method: 'put',
      role: 'operator',
      summary: 'Take another in the place of a schedule: what is not given is as if it had been made so',
      headers: ifMatch,
      body: scheduleInput,
      answers: shown,
      problems: ['not_found', 'revision_outdated'],
    }),
  ],
  removeSchedule: [
    defineRoute({
      ...one,
      method: 'delete',
      role: 'operator',
      summary: 'Delete a schedule; its runs stay, and one that goes on does so',
      headers: ifMatch,
      answers: { 204: { description: 'It is gone.', body: null } },
      problems: ['not_found', 'revision_outdated'],
    }),
  ],
  pauseSchedule: [
    defineRoute({
      ...one,
      method: 'post',
      path: '/api/schedules/{id}/pause',
      role: 'operator',
      summary: 'Have a schedule not run until it is resumed; a run that goes on does so',
      answers: shown,
    }),
  ],
  resumeSchedule: [
    defineRoute({
      ...one,
      method: 'post',
      path: '/api/schedules/{id}/resume',
      role: 'operator',
      summary: 'Have a schedule run again from its next time on: what it has left out meanwhile was not missed',
      answers: shown,
      problems: ['not_found', 'schedule_ended'],
    }),
  ],
  runSchedule: [
    defineRoute({
      ...one,
      method: 'post',
      path: '/api/schedules/{id}/run',
      role: 'operator',
      summary: 'Run now what a schedule runs, also while it is paused; its next times stay',
      query: triggerQuery,
      headers: triggerHeaders,
      answers: startedRun,
      problems: ['not_found', ...triggerProblems],
    }),
  ],
  listTicks: [
    defineRoute({
      ...one,
      method: 'get',
      path: '/api/schedules/{id}/ticks',
      role: 'viewer',
      summary: 'What the ticks of a schedule came to in the last 30 days, the newest first',
      query: closedObject(pageParameters),
      answers: { 200: { description: 'A page of them.', body: pageOf(tick) } },
    }),
  ],
};
