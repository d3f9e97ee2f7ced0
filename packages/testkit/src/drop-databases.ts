import { dropDatabases } from '@broadstreet-sync/services';
import { afterAll, inject } from 'vitest';
import './provided.ts';
import { usedDatabases } from './test-bed.ts';

// Each collection and index is an open file of MongoDB, and those of all tests together are more than a process may have.
afterAll(async () => {
  await dropDatabases(inject('mongoUri'), usedDatabases);
  usedDatabases.clear();
});
