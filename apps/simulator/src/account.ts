import { type AccountSettings, accountSettings } from './account-settings.ts';
import type { AccountDefinition } from './accounts/definition.ts';
import { seedAccount } from './accounts/seed-account.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { createRandom, type Random } from './random.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { createState, type State } from './state.ts';
import { createTraffic, type Traffic } from './traffic.ts';

/** All there is behind one access token. */
export interface Account {
  definition: AccountDefinition;
  settings: AccountSettings;
  state: State;
  traffic: Traffic;
  faults: Faults;
  rateLimit: RateLimit;
  recordsLimit: RateLimit;
  /** Chance of this account, such as its latency's jitter; seeded. */
  random: Random;
}

/** The account that a definition describes, freshly seeded. */
export function createAccount(definition: AccountDefinition): Account {
  const state = createState();
  seedAccount(state, definition);
  return {
    definition,
    settings: accountSettings.parse(definition.settings),
    state,
    traffic: createTraffic(),
    faults: createFaults(definition.seed),
    rateLimit: createRateLimit(),
    recordsLimit: createRateLimit(),
    random: createRandom(definition.seed),
  };
}
