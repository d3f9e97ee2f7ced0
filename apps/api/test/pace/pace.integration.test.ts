import { playEach } from './pace-lab.ts';
import { scenarios } from './scenarios.ts';

/** The longest, which `./sync trial pace` plays with the others, in full. */
const long = ['server-errors', 'silent-host', 'redis-full'];

playEach(
  scenarios.filter(({ name }) => !long.includes(name)),
  'short',
);
