import type { Scenario } from './scenario.ts';
import { allAtOnce } from './scenarios/all-at-once.ts';
import { crashPointsOfLookUp, crashPointsOfSending, crashPointsOfSweep } from './scenarios/crash-points.ts';
import { crashPointsOfWrites } from './scenarios/crash-points-of-writes.ts';
import { emptiedRedis } from './scenarios/emptied-redis.ts';
import { killedApi } from './scenarios/killed-api.ts';
import { killedWorkers } from './scenarios/killed-workers.ts';
import { lateCommits, lostAnswersScenario } from './scenarios/lost-answers.ts';
import { madeAgain } from './scenarios/made-again.ts';
import { notSent } from './scenarios/not-sent.ts';
import { oldRedis } from './scenarios/old-redis.ts';
import { pausedAfterCheck, pausedBeforeCheck } from './scenarios/paused-worker.ts';
import { refusedEntities } from './scenarios/refused-entities.ts';
import { replicaSet } from './scenarios/replica-set.ts';
import { rollingRestart } from './scenarios/rolling-restart.ts';
import { sameNames } from './scenarios/same-names.ts';
import { sameTrigger } from './scenarios/same-trigger.ts';
import { diskFull, storeAway } from './scenarios/store-away.ts';
import { tokenRefused } from './scenarios/token-refused.ts';
import { veryLateCommits } from './scenarios/very-late-commits.ts';
import { wrongClocks } from './scenarios/wrong-clocks.ts';

/** Every way of breaking things, in the order of the tests that ask for it. */
export const scenarios: readonly Scenario[] = [
  killedWorkers,
  crashPointsOfSending,
  crashPointsOfLookUp,
  crashPointsOfSweep,
  crashPointsOfWrites,
  lostAnswersScenario,
  lateCommits,
  veryLateCommits,
  madeAgain,
  pausedBeforeCheck,
  pausedAfterCheck,
  sameTrigger,
  killedApi,
  rollingRestart,
  emptiedRedis,
  oldRedis,
  replicaSet,
  storeAway,
  diskFull,
  tokenRefused,
  refusedEntities,
  notSent,
  sameNames,
  wrongClocks,
  allAtOnce,
];
