import { workerCrashPoints } from '@broadstreet-sync/domain';
import { runMain } from '@broadstreet-sync/runtime';
import { testBuild } from '@broadstreet-sync/test-build';
import { runWorker } from '../src/main.ts';

// The worker as tests start it: the same parts, and what the settings of test builds ask for.
runMain(async () => runWorker(testBuild(workerCrashPoints)));
