import { kindName, kindNames, kinds, levels, titleOf } from '@broadstreet-sync/domain';
import {
  Activity,
  Boxes,
  CalendarClock,
  CircleDot,
  Copy,
  Gauge,
  GitCompareArrows,
  History,
  House,
  Image,
  KeyRound,
  LayoutTemplate,
  type LucideIcon,
  Megaphone,
  Network,
  Rows3,
  ScrollText,
  Settings,
  Store,
} from 'lucide-react';

export interface Place {
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
}

/** In the order of kinds; one that has none gets a plain one. */
const kindIcons: readonly LucideIcon[] = [Network, Store, LayoutTemplate, Image, Megaphone, Rows3];

/** The pages of kinds, parents first. */
export const kindPlaces: readonly Place[] = levels.flat().map(({ name }) => ({
  path: `/${name}`,
  title: titleOf(kinds[name]),
  icon: kindIcons[kindNames.indexOf(kindName.parse(name))] ?? CircleDot,
}));

/** Of admins alone. */
export const adminPlaces: readonly Place[] = [
  { path: '/keys', title: 'Keys', icon: KeyRound },
  { path: '/audit', title: 'Audit trail', icon: ScrollText },
];

export const mainPlaces: readonly Place[] = [
  { path: '/', title: 'Home', icon: House },
  { path: '/local-only', title: 'Local entities', icon: Boxes },
  { path: '/runs', title: 'Runs', icon: Activity },
  { path: '/schedules', title: 'Schedules', icon: CalendarClock },
  { path: '/conflicts', title: 'Conflicts', icon: GitCompareArrows },
  { path: '/history', title: 'History', icon: History },
  { path: '/duplicates', title: 'Duplicates', icon: Copy },
  { path: '/performance', title: 'Performance', icon: Gauge },
  { path: '/settings', title: 'Settings', icon: Settings },
];
