import { redisAway, redisFull } from './redis-away.ts';
import type { Scenario } from './scenario.ts';
import { serverErrors } from './server-errors.ts';
import { sharedBudget } from './shared-budget.ts';
import { silentHost } from './silent-host.ts';
import { tooManyRequests } from './too-many-requests.ts';
import { triggerFlood } from './trigger-flood.ts';

/** Ways in which the API or our own parts are slow, busy or away. */
export const scenarios: readonly Scenario[] = [
  redisAway,
  redisFull,
  tooManyRequests,
  serverErrors,
  sharedBudget,
  silentHost,
  triggerFlood,
];
