import {
  holdStates,
  kindName,
  modes,
  operations,
  planActions,
  planStates,
  runStates,
  taskStates,
} from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { pageOf, pageParameters, rootParameter } from '../pages.ts';
import { planItem, planPage } from '../plans.ts';
import { defineRoute, none } from '../route.ts';
import { change, hold, result, run, syncLog, task, taskError } from '../runs.ts';
import { time } from '../time.ts';
import { retryTrigger, triggerHeaders, triggerQuery, waitParameter } from '../triggers.ts';
import { revertPlan, undoPlan } from '../undo.ts';
import { startedRun, triggerProblems } from './sync.ts';

const tag = 'Runs';
const params = closedObject({ id: z.string().regex(/^[0-9a-f]{24}$/) });
const ofRun = { ...none, method: 'get', tag, params, problems: ['not_found'] } as const;
const publicationProblems = [
  'not_found',
  'nothing_to_publish',
  'run_not_ended',
  'run_in_progress',
  'production_moved_on',
  'change_set_forgotten',
] as const;
const kindFilter = { kind: kindName.optional() };

/** What shows runs, ends them and repeats what failed of them. */
export const runRoutes = {
  listRuns: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/runs',
      role: 'viewer',
      summary: 'Runs, the newest first',
      tag,
      query: closedObject({
        operation: z.enum(operations).optional(),
        status: z.enum(runStates).optional(),
        mode: z.enum(modes).optional(),
        schedule: z.string().max(64).optional().meta({ description: 'Id of a schedule: only its runs.' }),
        root: rootParameter.meta({ description: 'Id of a network: without the runs that were limited to another.' }),
        ...pageParameters,
      }),
      answers: { 200: { description: 'A page of runs.', body: pageOf(run) } },
    }),
  ],
  getRun: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}',
      role: 'viewer',
      summary: 'A run as it now is',
      answers: { 200: { description: 'The run.', body: run } },
    }),
  ],
  watchRun: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/events',
      role: 'viewer',
      summary: 'A run as it moves',
      headers: z.object({ 'last-event-id': z.string().optional() }),
      answers: {
        200: {
          description: 'Events named `run`, each the run as it then is; the first at once, the last when it has ended.',
          body: run,
          mediaType: 'text/event-stream',
        },
        204: { description: 'The last event has been sent before: there is nothing to come back for.', body: null },
      },
    }),
  ],
  watchRuns: [
    defineRoute({
      ...none,
      method: 'get',
      tag,
      path: '/api/events',
      role: 'viewer',
      summary: 'All runs as they move',
      answers: {
        200: {
          description: 'Events named `run`, each a run as it then is; those under way at once.',
          body: run,
          mediaType: 'text/event-stream',
        },
      },
    }),
  ],
  listTasks: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/tasks',
      role: 'viewer',
      summary: 'Units of remote work, kind by kind in the order in which they were planned',
      query: closedObject({ ...kindFilter, state: z.enum(taskStates).optional(), ...pageParameters }),
      answers: { 200: { description: 'A page of tasks.', body: pageOf(task), csv: Object.keys(task.shape) } },
    }),
  ],
  listErrors: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/errors',
      role: 'viewer',
      summary: 'What failed or was blocked, and why',
      query: closedObject({ ...kindFilter, state: z.enum(['failed', 'blocked']).optional(), ...pageParameters }),
      answers: {
        200: { description: 'A page of errors.', body: pageOf(taskError), csv: Object.keys(taskError.shape) },
      },
    }),
  ],
  listChanges: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/changes',
      role: 'viewer',
      summary: 'What the run changed in production, or would change',
      query: closedObject({
        ...kindFilter,
        operation: z.enum(['insert', 'update', 'remove']).optional(),
        field: z.string().max(64).optional().meta({ description: 'Updates of this field.' }),
        conflict: z
          .enum(['true'], { error: 'must be true, or left out' })
          .optional()
          .meta({ description: 'true: of entities that were edited here in the same field.' }),
        held: z
          .enum(['true', 'false'], { error: 'must be true or false' })
          .optional()
          .meta({ description: 'true: what is not published until a person confirms it, and nothing else.' }),
        ...pageParameters,
      }),
      answers: { 200: { description: 'A page of changes.', body: pageOf(change), csv: Object.keys(change.shape) } },
    }),
  ],
  listHeld: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/held',
      role: 'viewer',
      summary: 'Lists that an import does not publish until a person confirms them, and why',
      query: closedObject({ ...kindFilter, state: z.enum(holdStates).optional(), ...pageParameters }),
      answers: { 200: { description: 'A page of them.', body: pageOf(hold), csv: Object.keys(hold.shape) } },
    }),
  ],
  listResults: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/results',
      role: 'viewer',
      summary: 'What became of each entity in an export',
      query: closedObject({ ...kindFilter, ...pageParameters }),
      answers: { 200: { description: 'A page of results.', body: pageOf(result), csv: Object.keys(result.shape) } },
    }),
  ],
  getPlan: [
    defineRoute({
      ...ofRun,
      path: '/api/runs/{id}/plan',
      role: 'viewer',
      summary: 'What an export would send, request by request in order, and what can never be undone',
      query: closedObject({
        ...kindFilter,
        action: z.enum(planActions).optional(),
        state: z.enum(planStates).optional(),
        ...pageParameters,
      }),
      answers: { 200: { description: 'A page of the plan.', body: planPage, csv: Object.keys(planItem.shape) } },
    }),
  ],
  cancelRun: [
    defineRoute({
      ...ofRun,
      method: 'post',
      path: '/api/runs/{id}/cancel',
      role: 'operator',
      summary: 'Stop a run: no new request, writes under way are finished',
      answers: { 202: { description: 'The run, which is stopping or has stopped.', body: run } },
      problems: ['not_found', 'run_ended', 'run_publishing'],
    }),
  ],
  publishRun: [
    defineRoute({
      ...ofRun,
      method: 'post',
      path: '/api/runs/{id}/publish',
      role: 'operator',
      summary: 'Publish what a dry run has found, but for what it holds; again is as good as once',
      query: closedObject({ wait: waitParameter }),
      answers: startedRun,
      problems: publicationProblems,
    }),
  ],
  confirmRun: [
    defineRoute({
      ...ofRun,
      method: 'post',
      path: '/api/runs/{id}/confirm',
      role: 'operator',
      summary: 'Publish held lists, all or those that are named, within the same run; again is as good as once',
      query: closedObject({ wait: waitParameter }),
      body: closedObject({
        scopes: z
          .array(z.string().max(128))
          .min(1, 'must name at least one list; without it all are meant')
          .max(10_000)
          .optional()
          .meta({ description: 'As the list of what is held names them, by kind and key; all when not given.' }),
      }).optional(),
      answers: startedRun,
      problems: [...publicationProblems, 'nothing_held', 'hold_replaced', 'run_publishing'],
    }),
  ],
  retryRun: [
    defineRoute({
      ...ofRun,
      method: 'post',
      path: '/api/runs/{id}/retry',
      role: 'operator',
      summary: 'Start a run of what failed or was blocked; of a run that was stopped by a failure, of all that it left',
      body: retryTrigger,
      query: triggerQuery,
      headers: triggerHeaders,
      answers: startedRun,
      problems: [...triggerProblems, 'not_found', 'nothing_to_retry'],
    }),
  ],
  undoRun: [
    defineRoute({
      ...ofRun,
      method: 'post',
      path: '/api/runs/{id}/undo',
      role: 'operator',
      summary:
        'Undo a run: of an export remove what it created, and have it back as local entities; of an import bring production back',
      query: triggerQuery,
      headers: triggerHeaders,
      body: closedObject({
        dry_run: z.boolean().optional().meta({ description: 'true: only show what would be done.' }),
        force: z
          .boolean()
          .optional()
          .meta({ description: 'true: also what was changed since, and of an export what others have hung on it.' }),
        entities: z
          .array(closedObject({ kind: kindName, id: z.union([z.int(), z.string().max(64)]) }))
          .min(1, 'names nothing: leave it out to undo all')
          .max(10_000)
          .optional()
          .meta({ description: 'Of an import, only what it has changed of these.' }),
      }).optional(),
      answers: {
        200: {
          description: 'What would be done; or the run, which ended in the time that `wait` gave.',
          body: z.union([undoPlan, revertPlan, run]),
        },
        202: startedRun[202],
      },
      problems: [...triggerProblems, 'not_found', 'run_not_ended', 'nothing_to_undo'],
    }),
  ],
  listSyncLogs: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/sync-logs',
      role: 'viewer',
      summary: 'What each kind of each run came to, the newest first',
      tag,
      query: closedObject({
        kind: kindName.optional().meta({ description: 'The same as `entity_type`.' }),
        entity_type: kindName.optional(),
        operation: z.enum(operations).optional(),
        run_id: z.string().max(64).optional(),
        from: time.optional().meta({ description: 'Not before this time.' }),
        to: time.optional().meta({ description: 'Before this time.' }),
        dry_run: z
          .enum(['true', 'false'], { error: 'must be true or false' })
          .optional()
          .meta({ description: 'false: without what was only planned; true: nothing else.' }),
        ...pageParameters,
      }),
      answers: { 200: { description: 'A page of records.', body: pageOf(syncLog), csv: Object.keys(syncLog.shape) } },
    }),
  ],
};
