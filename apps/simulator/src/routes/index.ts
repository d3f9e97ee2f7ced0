import { advertisementRoutes } from './advertisements.ts';
import { advertiserRoutes } from './advertisers.ts';
import { campaignRoutes } from './campaigns.ts';
import { networkRoutes } from './networks.ts';
import { placementRoutes } from './placements.ts';
import { reportingRoutes } from './reporting.ts';
import type { Route } from './route.ts';
import { zoneRoutes } from './zones.ts';

/** Every call of the published contract. */
export const routes: readonly Route[] = [
  ...networkRoutes,
  ...advertiserRoutes,
  ...zoneRoutes,
  ...advertisementRoutes,
  ...campaignRoutes,
  ...placementRoutes,
  ...reportingRoutes,
];
