export { testBuild } from './test-build.ts';
