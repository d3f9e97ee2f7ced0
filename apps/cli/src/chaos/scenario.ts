import type { CrashPoint } from '@broadstreet-sync/domain';
import type { Deaths } from './deaths.ts';
import type { Judgement } from './judge.ts';
import type { Lab } from './lab.ts';
import type { Random } from './random.ts';
import type { ExtraRequests } from './requests.ts';

/** How much a scenario does: `short` belongs to the tests, `full` are the figures of docs/chaos.md. */
export type Scale = 'short' | 'full';

/** How often the fault happens, and to how many entities. */
export interface Size {
  readonly times: number;
  readonly entities: number;
}

export interface Play {
  readonly lab: Lab;
  readonly size: Size;
  readonly scale: Scale;
  /** Of this scenario alone: the same for the same seed, whatever else is played. */
  readonly random: Random;
  readonly seed: number;
  /** How long a run may take. */
  readonly longestMs: number;
  /** Where its processes die. */
  readonly deaths: Deaths;
}

/** What came of a scenario. */
export interface Finding extends Judgement, ExtraRequests {
  /** How often the fault happened. */
  readonly times: number;
  readonly entities: number;
  /** What else was seen, in words. */
  readonly notes?: readonly string[];
}

/** One way of breaking things. */
export interface Scenario {
  readonly name: string;
  /** Of the table of faults that the project is held to; null: a combination of them. */
  readonly test: number | null;
  readonly fault: string;
  readonly sizes: Readonly<Record<Scale, Size>>;
  /** Where processes die in it by themselves: at each of these points at least one must. */
  readonly points?: readonly CrashPoint[];
  play(play: Play): Promise<Finding>;
}
