export { expectedRows, inFixedOrder } from './account-rows.ts';
export { type App, type AppBuild, type AppExit, launchApp, type RunningApp, spawnApp, stopApps } from './apps.ts';
export { openBrowser } from './browser.ts';
export { eventually } from './eventually.ts';
export { describeEveryKind, type KindEngine } from './every-kind.ts';
export { type QueryWatch, watchQueries } from './query-plans.ts';
export { type Reader, type ReaderReport, type ReaderSettings, startReader } from './reader.ts';
export { otherFields, sampleFields } from './sample-fields.ts';
export { serverEvents } from './server-events.ts';
export {
  type AccountDefinition,
  type AccountEdit,
  type AccountSettings,
  type FaultRule,
  type SimulatedAccount,
  type SimulatedKind,
  type SimulatedRequest,
  type SimulatedState,
  type SimulatedStats,
  type SimulatedWrite,
  simulator,
} from './simulator.ts';
export { takePicture } from './take-picture.ts';
export { type TestBed, testBed } from './test-bed.ts';
export { nextVersion } from './versions.ts';
export { type Vitals, vitalsOf, withVitals } from './vitals.ts';
export { countWindows, type Windows } from './windows.ts';
