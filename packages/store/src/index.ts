export type { Account } from './account.ts';
export type { Audit, AuditFilter, Deed, DeedOutcome } from './audit.ts';
export type { Part } from './change-parts.ts';
export type { ChangeSource, Changes, StagedChange } from './changes.ts';
export type { ClaimedWrite } from './claimed-write.ts';
export type { Claim } from './claims.ts';
export { localCollection } from './collections.ts';
export type { ConflictFilter, Conflicts, EntityInConflict } from './conflicts.ts';
export type { CounterValues } from './counters.ts';
export { type DeletionStore, type MarkedEntity, wishesFor } from './deletions.ts';
export { type Dependant, type Dependants, refKey } from './dependants.ts';
export type * from './documents.ts';
export { beingExported, type DraftEdits } from './draft-edits.ts';
export type { Drift, Drifted } from './drift.ts';
export { type Duplicate, findDuplicates } from './duplicates.ts';
export { editedPart } from './edited-part.ts';
export type { History, OnlyKeys, ReversalStep } from './history.ts';
export type { Confirmation, Holds } from './holds.ts';
export type { IntentPlan, Intents } from './intents.ts';
export type { Keys } from './keys.ts';
export type { Lineages } from './lineages.ts';
export type { Linking, LinkOutcome } from './linking.ts';
export { allBut, type Child, type Locals, localFields } from './locals.ts';
export type { Locks } from './locks.ts';
export type { Logs } from './logs.ts';
export type { KnownNames, NameClaim, Names, ScopedClaim } from './names.ts';
export type { FrequentError, KindCounts, NamedReference, Overview } from './overview.ts';
export type { PlanItem, Plans } from './plans.ts';
export type { ComparedEntity, Production } from './production.ts';
export type { Promotion } from './promotion.ts';
export type { ProductionWrite, Publication } from './publish.ts';
export type { RateMinute, RateMinuteSum, Rates } from './rates.ts';
export type { Removal } from './remove-entity.ts';
export type { RunRequest, Runs, TriggerResult } from './runs.ts';
export {
  type NewSchedule,
  type Schedules,
  scheduledRequest,
  type TickPlan,
  tickingOf,
  tickKey,
} from './schedules.ts';
export type { Freshness, ScopeFailure, Scopes } from './scopes.ts';
export type { Choice, Selection, Whereabouts } from './selection.ts';
export type { Sessions } from './sessions.ts';
export type { UpdateSettlement } from './settle-update.ts';
export type { Snapshot } from './snapshot.ts';
export { createStore, type Store } from './store.ts';
export type { FoundStray, Strays } from './strays.ts';
export type { TaskEnd } from './task-end.ts';
export { type StagedKind, stageOf, type TaskStage } from './task-stages.ts';
export { openTaskStates } from './task-states.ts';
export { type PlannedTask, type Tasks, taskId } from './tasks.ts';
export { isStoreAway, isStoreFull } from './transactions.ts';
export type { MadeEntity, UndoStore } from './undo.ts';
export type { KindWork, RunWork, Workload } from './workload.ts';
