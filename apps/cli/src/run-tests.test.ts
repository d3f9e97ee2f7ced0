import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '@broadstreet-sync/services';
import { expect, it } from 'vitest';
import { whyNothingRan } from './run-tests.ts';

it('the command says which files and names it has looked for in vain', () => {
  const none = { files: 0, passed: 0, failed: 0 };

  expect(whyNothingRan(['nosuch/path'], undefined, none)).toBe('No test file has nosuch/path in its path.');
  expect(whyNothingRan(['domain'], 'nosuch', { ...none, files: 3 })).toBe('No test there has nosuch in its name.');
  expect(whyNothingRan([], undefined, { ...none, files: 3, passed: 1 })).toBeNull();
});

it('a path that no test has is named before the last line', { timeout: 60_000 }, () => {
  const { stdout, stderr, status } = spawnSync(join(projectFolder, 'sync'), ['test', 'nosuch/path'], {
    encoding: 'utf8',
  });

  expect(stderr).toContain('No test file has nosuch/path in its path.');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
  expect(status).toBe(1);
});
