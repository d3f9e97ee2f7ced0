import { type EntityKind, type KindName, kindNames } from './kind.ts';
import { advertisements } from './kinds/advertisements.ts';
import { advertisers } from './kinds/advertisers.ts';
import { campaigns } from './kinds/campaigns.ts';
import { networks } from './kinds/networks.ts';
import { placements } from './kinds/placements.ts';
import { zones } from './kinds/zones.ts';
import { levelsOf } from './levels.ts';

/** Every kind by its name; a kind that is named but not declared does not compile. */
export const kinds: Readonly<Record<KindName, EntityKind>> = {
  networks,
  advertisers,
  zones,
  advertisements,
  campaigns,
  placements,
};

/** Every kind, parents first. */
export const levels: readonly (readonly EntityKind[])[] = levelsOf(kindNames.map((name) => kinds[name]));

/** What the API can remove, children first: the order in which an export removes. */
export const removalSteps: readonly (readonly EntityKind[])[] = levels
  .toReversed()
  .map((level) => level.filter((kind) => kind.remove !== null))
  .filter((step) => step.length > 0);
