import { randomBytes } from 'node:crypto';
import { type Databases, openDatabases } from '@broadstreet-sync/services';
import { afterAll, afterEach, beforeEach, inject } from 'vitest';
import './provided.ts';

// Set up before each file of integration tests. A database is forty collections with their indexes, each an open file of
// MongoDB, and slow to make: a test gets that of the test before, emptied, rather than a new one.

const free: string[] = [];
const ofFile = new Set<string>();
let ofTest: string[] | null = null;
let databases: Promise<Databases> | null = null;

/** A database without documents, until the end of the test that asks, or of its file where no test has begun. */
export function takeDatabase(): string {
  const name = free.pop() ?? `test_${randomBytes(6).toString('hex')}`;
  ofFile.add(name);
  ofTest?.push(name);
  return name;
}

/** Gives databases back as the tests of a file end: to be called at the start of the file, so that all else is closed before. */
export function keepDatabases(): void {
  const open = (): Promise<Databases> => (databases ??= openDatabases(inject('mongoUri')));

  beforeEach(({ task }) => {
    // Tests that run side by side are not told apart: their databases stay theirs.
    ofTest = task.concurrent === true ? null : [];
  });

  afterEach(async () => {
    const used = ofTest ?? [];
    ofTest = null;
    for (const name of used) await (await open()).empty(name);
    free.push(...used);
  });

  afterAll(async () => {
    for (const name of ofFile) await (await open()).drop(name);
    await (await databases)?.close();
  });
}
