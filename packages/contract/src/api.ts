import type { Route } from './route.ts';
import { accessRoutes } from './routes/access.ts';
import { conflictRoutes } from './routes/conflicts.ts';
import { duplicateRoutes } from './routes/duplicates.ts';
import { entityRoutes } from './routes/entities.ts';
import { freshnessRoutes } from './routes/freshness.ts';
import { historyRoutes } from './routes/history.ts';
import { linkRoutes } from './routes/links.ts';
import { overviewRoutes } from './routes/overview.ts';
import { rateRoutes } from './routes/rates.ts';
import { runRoutes } from './routes/runs.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { settingsRoutes } from './routes/settings.ts';
import { syncRoutes } from './routes/sync.ts';
import { systemRoutes } from './routes/system.ts';

/** Every route by its name; under one name there is a route, or one for each kind. */
export const api = {
  ...syncRoutes,
  ...runRoutes,
  ...scheduleRoutes,
  ...entityRoutes,
  ...linkRoutes,
  ...conflictRoutes,
  ...duplicateRoutes,
  ...freshnessRoutes,
  ...historyRoutes,
  ...overviewRoutes,
  ...settingsRoutes,
  ...rateRoutes,
  ...systemRoutes,
  ...accessRoutes,
};

export type RouteName = keyof typeof api;

/** Every route with the id by which documentation names it: its name, and its kind where there is one. */
export const routes: readonly { readonly id: string; readonly route: Route }[] = Object.entries(api).flatMap(
  ([name, group]) => group.map((route: Route) => ({ id: route.kind === null ? name : `${name}.${route.kind}`, route })),
);

/** The address of a route with its parameters filled in. */
export function pathOf(route: Pick<Route, 'path'>, params: Readonly<Record<string, string>> = {}): string {
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}
