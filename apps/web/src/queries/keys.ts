import type { KindName } from '@broadstreet-sync/domain';

/** Every question to the API by the key under which its answer is kept; what begins alike is made stale together. */
export const keys = {
  session: ['session'],
  accessKeys: (query: unknown) => ['access-keys', query],
  allAccessKeys: ['access-keys'],
  audit: ['audit'],
  status: ['status'],
  settings: ['settings'],
  // Stale with the settings that it stands among.
  token: ['settings', 'token'],
  overview: (network: number | null) => ['overview', network],
  allOverviews: ['overview'],
  entities: ['entities'],
  // Stale with the entities that they stand on.
  history: (query: unknown) => ['entities', 'history', query],
  duplicates: (query: unknown) => ['entities', 'duplicates', query],
  conflicts: (query: unknown) => ['entities', 'conflicts', query],
  entityPage: (kind: KindName, query: unknown) => ['entities', kind, 'page', query],
  entity: (kind: KindName, key: string) => ['entities', kind, 'one', key],
  candidates: (kind: KindName, id: string) => ['candidates', kind, id],
  names: (refs: string) => ['names', refs],
  runs: ['runs'],
  runPage: (query: unknown) => ['runs', 'page', query],
  run: (id: string) => ['runs', 'one', id],
  runList: (id: string, list: string, query: unknown) => ['runs', 'one', id, list, query],
  schedules: ['schedules'],
  schedulePage: (query: unknown) => ['schedules', 'page', query],
  schedule: (id: string) => ['schedules', 'one', id],
  logs: (query: unknown) => ['logs', query],
} as const;
