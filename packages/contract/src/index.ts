export { api, pathOf, type RouteName, routes } from './api.ts';
export type { IdMapEntry, LocalEntity, ProductionEntity } from './entities.ts';
export { type EntityQuery, type Scope, scopes } from './entity-query.ts';
export type { ScalarValue } from './fields.ts';
export { nextCursor, type Page, toPage } from './pages.ts';
export { commonProblems, type InputFault, type Problem, type ProblemCode, problem, problems } from './problems.ts';
export type { RateMinuteView, RateNow } from './rates.ts';
export type { Answer, Answers, Method, Route } from './route.ts';
export type { Readiness, Status } from './routes/system.ts';
export {
  type AccountView,
  type ChangeView,
  endedRunStates,
  type ResultView,
  type RunView,
  type SyncLogView,
  type TaskErrorView,
  type TaskView,
} from './runs.ts';
export type { Trigger } from './triggers.ts';
