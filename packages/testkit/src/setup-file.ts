import { keepDatabases } from './database-pool.ts';

keepDatabases();
