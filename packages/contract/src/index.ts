export { endedRunStates } from '@broadstreet-sync/domain';
export type { AuditEntryView, CreatedKey, KeyView, SessionView } from './access.ts';
export { api, pathOf, type RouteName, routes } from './api.ts';
export type { ConflictView } from './conflicts.ts';
export { dashboardPages, isDashboardPage } from './dashboard.ts';
export type { DeletionPlanView, RemoteRef } from './deletions.ts';
export type { IdMapEntry, LocalEntity, ProductionEntity } from './entities.ts';
export { type EntityQuery, type Scope, scopes } from './entity-query.ts';
export type { ScalarValue } from './fields.ts';
export type { FreshnessView, ScopeView } from './freshness.ts';
export { cursorAt, nextCursor, type Page, toPage } from './pages.ts';
export type { PlanItemView, PlanSummaryView } from './plans.ts';
export {
  type InputFault,
  type Problem,
  type ProblemCode,
  problem,
  problems,
  problemsOf,
} from './problems.ts';
export type { RateMinuteView, RateNow } from './rates.ts';
export type { Answer, Answers, Method, Route } from './route.ts';
export type { DuplicateView } from './routes/duplicates.ts';
export type { CandidateView } from './routes/links.ts';
export type { FrequentErrorView, OverviewView } from './routes/overview.ts';
export type { ConnectionTestView, SettingsView, TokenView } from './routes/settings.ts';
export type { Readiness, Status } from './routes/system.ts';
export type {
  AccountView,
  ChangeView,
  HistoryEntryView,
  HoldView,
  ResultView,
  RunView,
  SyncLogView,
  TaskErrorView,
  TaskView,
} from './runs.ts';
export type { ScheduleInput, ScheduleView, TickView } from './schedules.ts';
export type { Trigger } from './triggers.ts';
export type { RevertPlanView, UndoPlanView } from './undo.ts';
