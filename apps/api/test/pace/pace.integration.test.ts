import { playEach } from './pace-lab.ts';
import { scenarios } from './scenarios.ts';

/** The longest are left to `./sync trial pace`, which plays all in full. */
const left = ['server-errors', 'silent-host', 'redis-full'];

playEach(
  scenarios.filter(({ name }) => !left.includes(name)),
  'short',
);
