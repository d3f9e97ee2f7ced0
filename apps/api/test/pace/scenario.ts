/** How much a scenario does: `short` belongs to the tests, `full` are the figures that the project is held to. */
export type Scale = 'short' | 'full';

/** Stores and a simulator, in which each scenario has a database, a queue prefix and accounts of its own. */
export interface Lab {
  readonly mongo: { uriFor(database: string): string };
  readonly redis: { readonly url: string };
  readonly simulator: { readonly url: string };
  /** A new folder; it goes with the lab. */
  folder(name: string): string;
}

export interface Play {
  readonly lab: Lab;
  readonly scale: Scale;
  /** How long a run may take. */
  readonly longestMs: number;
}

/** What came of a scenario. */
export interface Finding {
  /** How often the fault happened. */
  readonly times: number;
  readonly entities: number;
  /** Rows that the account was made to create needlessly, and rows that are not where they should be. */
  readonly duplicates: number;
  readonly lost: number;
  /** Requests beyond those needed, and how many may be. */
  readonly extra: number;
  readonly bound: number;
  /** All else that is wrong, in words. */
  readonly faults: readonly string[];
}

/** One way of being slow or away. */
export interface Scenario {
  readonly name: string;
  /** Of the table of faults that the project is held to. */
  readonly test: number;
  readonly fault: string;
  play(play: Play): Promise<Finding>;
}

/** All that is wrong with findings together, in words. */
export function faultsOf({ duplicates, lost, extra, bound, faults }: Finding): string[] {
  return [
    ...faults,
    ...(duplicates > 0 ? [`${duplicates} rows were created needlessly`] : []),
    ...(lost > 0 ? [`${lost} rows are not where they should be`] : []),
    ...(extra > bound ? [`${extra} requests more than needed, where ${bound} may be`] : []),
  ];
}

type Part = Pick<Finding, 'extra' | 'bound' | 'faults'>;

/** Parts as one, each held to its own bound. */
export function together(parts: readonly Part[]): Part {
  return {
    extra: parts.reduce((sum, { extra, bound }) => sum + Math.max(0, extra - bound), 0),
    bound: 0,
    faults: parts.flatMap(({ faults }) => faults),
  };
}
