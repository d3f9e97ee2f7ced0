import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** On a fresh clone there are no times of an earlier run to sort by, and the length of a file says little. */
const longest = ['apps/web/test/dashboard', 'apps/cli/test/chaos', 'apps/worker/test/writes'];
const withProcesses = /\/test\/.*\.integration\.test\.ts$/;

/** Begins with the files that take longest, and then with those that start processes: else they run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId));
  }
}

function rank(file: string): number {
  const place = longest.findIndex((part) => file.includes(part));
  if (place >= 0) return place;
  return withProcesses.test(file) ? longest.length : longest.length + 1;
}
