import { kindNames } from '@broadstreet-sync/domain';
import { defineRoute, none } from '../route.ts';
import { run } from '../runs.ts';
import { exportTrigger, importTrigger, kindTrigger, triggerHeaders, triggerQuery } from '../triggers.ts';

const tag = 'Sync';
export const triggerProblems = [
  'run_in_progress',
  'run_not_ended',
  'plan_outdated',
  'idempotency_key_reused',
  'other_account',
  'too_many_requests',
  'other_queue_prefix',
] as const;

export const startedRun = {
  200: { description: 'The run, which ended in the time that `wait` gave.', body: run },
  202: { description: 'The run, accepted.', body: run, headers: { location: 'Address of the run.' } },
} as const;

const trigger = {
  ...none,
  method: 'post',
  tag,
  query: triggerQuery,
  headers: triggerHeaders,
  answers: startedRun,
  problems: triggerProblems,
} as const;

/** What starts runs. */
export const syncRoutes = {
  syncKind: kindNames.map((kind) =>
    defineRoute({
      ...trigger,
      kind,
      path: `/api/sync/${kind}`,
      role: 'operator',
      summary: `Import ${kind}, or export those that are local`,
      body: kindTrigger,
    }),
  ),
  syncAll: [
    defineRoute({
      ...trigger,
      path: '/api/sync/all',
      role: 'operator',
      summary: 'Import entities of all kinds',
      body: importTrigger,
    }),
  ],
  syncLocalAll: [
    defineRoute({
      ...trigger,
      path: '/api/sync/local-all',
      role: 'operator',
      summary: 'Export all that is local',
      body: exportTrigger,
    }),
  ],
};
