import { kindNames } from '@broadstreet-sync/domain';

/** First parts of the addresses of the dashboard's pages; under the empty one is its home. */
export const dashboardPages: readonly string[] = [
  '',
  'local-only',
  'runs',
  'schedules',
  'conflicts',
  'history',
  'duplicates',
  'performance',
  'settings',
  'login',
  'keys',
  'audit',
  ...kindNames,
];

/** Says whether a path is one of the dashboard's, for which the API answers its page. */
export function isDashboardPage(path: string): boolean {
  return dashboardPages.includes(path.split('/')[1] ?? '');
}
