import { apiCrashPoints } from '@broadstreet-sync/domain';
import { runMain } from '@broadstreet-sync/runtime';
import { testBuild } from '@broadstreet-sync/test-build';
import { runApi } from '../src/main.ts';
import { createFitsOpenApi } from '../src/testing/fits-openapi.ts';

// The API as tests start it: the same parts, and what the settings of test builds ask for.
runMain(async () => runApi(testBuild(apiCrashPoints), createFitsOpenApi()));
