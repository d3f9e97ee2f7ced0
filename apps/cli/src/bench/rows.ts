import type { AccountDefinition } from '@broadstreet-sync/testkit';

/** What a row is held to; what is missing is not asked of it. */
export interface Demands {
  /** Most times the bound: requests over the rate, and one latency for each level. */
  readonly ratio?: number;
  /** Most 429s, as a share of the requests. */
  readonly refused?: number;
  /** Least share of the rate that is used. */
  readonly used?: number;
  /** Least requests a second. */
  readonly perSecond?: number;
  /** Least times faster than one request at a time. */
  readonly faster?: number;
}

/** One thing to measure. */
export interface Row {
  readonly name: string;
  readonly operation: 'import' | 'export' | 'both';
  readonly account: Pick<AccountDefinition, 'account' | 'scale'>;
  /** Requests a second that the simulator allows; null: without a limit. */
  readonly limit: number | null;
  /** Whether our settings name that rate, or let it be found. */
  readonly isFound?: boolean;
  readonly latencyMs: number;
  readonly workers: number;
  /** Requests are made for so long, one run behind another, with a worker that is paused and resumed; else one run. */
  readonly seconds?: number;
  /** What the naive way takes is measured beside it. */
  readonly hasPeers?: boolean;
  /** Rows whose size alone differs, to be compared with each other. */
  readonly series?: 'growth';
  /** Whether it is measured where nothing is chosen. */
  readonly isShort?: boolean;
  readonly demands: Demands;
}

const known: Demands = { ratio: 1.08, refused: 0 };
/** Requests in flight at which one at a time falls behind by at least {@link Demands.faster}. */
const muchInFlight = 2;
const short = new Set(['import-R-10-300', 'import-L-100-100', 'export-L-100-100']);

/** Requests a second, with latencies in ms. */
const limits = [
  [10, [20, 100, 300]],
  [50, [100]],
  [100, [20, 100, 300]],
] as const;

/** Imports and exports at a rate that is known. */
const matrix = (['import', 'export'] as const).flatMap((operation) =>
  (['R', 'L'] as const).flatMap((account) =>
    limits.flatMap(([limit, latencies]) =>
      latencies.map((latencyMs): Row => {
        const name = `${operation}-${account}-${limit}-${latencyMs}`;
        const hasPeers = operation === 'import';
        const isFaster = hasPeers && (limit * latencyMs) / 1000 > muchInFlight;
        const demands = isFaster ? { ...known, faster: 2 } : known;
        const isShort = short.has(name);
        return { name, operation, account: { account }, limit, latencyMs, workers: 1, hasPeers, isShort, demands };
      }),
    ),
  ),
);

const several = [2, 4].map((workers): Row => {
  const name = `workers-${workers}`;
  const account = { account: 'L' } as const;
  const isShort = workers === 4;
  return { name, operation: 'import', account, limit: 100, latencyMs: 100, workers, isShort, demands: known };
});

/** Entities of L at scale 1. */
const sizeOfL = 1191;
const growth = [1000, 10_000, 100_000].map((entities): Row => {
  const account = { account: 'L', scale: entities / sizeOfL } as const;
  const unlimited = { limit: null, latencyMs: 20, workers: 1, demands: {} };
  return { name: `growth-${entities}`, operation: 'import', account, series: 'growth', ...unlimited };
});

/** All that is measured. */
export const rows: readonly Row[] = [
  ...matrix,
  ...several,
  {
    name: 'unknown-rate',
    operation: 'import',
    account: { account: 'L', scale: 10 },
    limit: 10,
    isFound: true,
    latencyMs: 100,
    workers: 1,
    demands: { ratio: 1.25, refused: 0.01 },
  },
  {
    name: 'four-workers',
    operation: 'both',
    account: { account: 'L' },
    limit: 10,
    latencyMs: 100,
    workers: 4,
    seconds: 600,
    demands: { used: 0.92, refused: 0 },
  },
  {
    name: 'reads-without-limit',
    operation: 'import',
    account: { account: 'L', scale: 8 },
    limit: null,
    latencyMs: 20,
    workers: 1,
    isShort: true,
    demands: { perSecond: 500 },
  },
  {
    name: 'creates-without-limit',
    operation: 'export',
    account: { account: 'L', scale: 2 },
    limit: null,
    latencyMs: 20,
    workers: 1,
    isShort: true,
    demands: { perSecond: 150 },
  },
  ...growth,
];
