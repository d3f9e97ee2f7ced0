import { playEach } from './pace-lab.ts';
import { scenarios } from './scenarios.ts';

playEach(scenarios, 'full');
