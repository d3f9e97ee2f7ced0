import { z } from 'zod';

/** Kinds as the simulator names them. */
export type SimulatedKind = 'networks' | 'advertisers' | 'zones' | 'advertisements' | 'campaigns' | 'placements';

/** An account of the simulator: `R` a real one's structure, `L` generated, `bare` one network, `empty` nothing. */
export interface AccountDefinition {
  account: 'R' | 'L' | 'bare' | 'empty';
  /** Multiplies the rows of L. */
  scale?: number;
  seed?: number;
  /** Rows of L of a kind, instead of its scaled number. */
  counts?: Partial<Record<SimulatedKind, number>>;
  settings?: AccountSettings;
}

/** How an account behaves; can be changed while requests run. Times in milliseconds. */
export interface AccountSettings {
  latency_ms?: number;
  latency_jitter_ms?: number;
  rate?: { limit: number; window_ms?: number } | null;
  retry_after?: 'seconds' | 'date' | 'none';
  unique_names?: boolean;
  placements_envelope?: 'array' | 'placements' | 'placement';
  single_envelope?: 'bare' | 'wrapped';
  zone_network_id?: boolean;
  repeated_placement?: 'second_row' | 'ignored' | 'refused';
  unknown_fields?: 'refused' | 'ignored';
}

/** Which requests a fault happens to, and how often; what is not given matches all. */
export interface FaultRule {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in the contract: `/zones` or `/zones/{id}`. */
  route?: string;
  query?: Record<string, string | number>;
  /** A regular expression for the `name` in the body. */
  name?: string;
  /** From this matching request on, the first being 1. */
  nth?: number;
  count?: number;
  probability?: number;
  /** Its `type`, such as `commit_then_reset`, and what that type takes (the simulator's `faults/fault.ts`). */
  fault: { type: string } & Record<string, unknown>;
}

/** What somebody else does in the account, past the API. */
export interface AccountEdit {
  kind: SimulatedKind;
  op: 'insert' | 'update' | 'remove';
  /** Of the row; a placement is named by its three parents in `fields`. */
  id?: number;
  fields?: Record<string, unknown>;
  dangling?: boolean;
}

const row = z.record(z.string(), z.unknown());
const rows = z.array(row);
const state = z.object({
  networks: rows,
  advertisers: rows,
  zones: rows,
  advertisements: rows,
  campaigns: rows,
  placements: rows,
});
const stats = z.object({
  total: z.number(),
  by_route: z.record(z.string(), z.record(z.string(), z.number())),
  by_status: z.record(z.string(), z.number()),
  rate_limited: z.number(),
  unanswered: z.number(),
  most_in_one_second: z.number(),
  most_in_flight: z.number(),
  in_flight: z.number(),
});
const request = z.object({
  seq: z.number(),
  at: z.number(),
  ended_at: z.number().nullable(),
  method: z.string(),
  route: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  status: z.number().nullable(),
  answered: z.boolean(),
});
const write = z.object({
  seq: z.number(),
  at: z.number(),
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  body: z.unknown(),
  status: z.number().nullable(),
  committed: z.boolean(),
  committed_at: z.number().nullable(),
  kind: z.string().nullable(),
  id: z.number().nullable(),
  key: z.record(z.string(), z.number()).nullable(),
  answered: z.boolean(),
});
const duplicates = z.object({
  groups: z.array(z.object({ kind: z.string(), parent: row, name: z.string(), rows, created: z.number() })),
  created: z.number(),
});

export type SimulatedState = z.output<typeof state>;
export type SimulatedStats = z.output<typeof stats>;
export type SimulatedRequest = z.output<typeof request>;
export type SimulatedWrite = z.output<typeof write>;

/** The control interface of one account in the simulator; its calls reject with the simulator's own words. */
export interface SimulatedAccount {
  token: string;
  /** Base URL of the API, as BROADSTREET_API_URL wants it. */
  apiUrl: string;
  /** Makes the account anew. */
  create(definition: AccountDefinition): Promise<void>;
  /** All rows by kind; `hidden` adds to campaigns and ads what was written and is never read back. */
  state(options?: { hidden?: boolean }): Promise<SimulatedState>;
  stats(): Promise<SimulatedStats>;
  resetStats(): Promise<void>;
  /** Attempts to write, the earliest first; with `after`, those later than that `seq`. */
  journal(after?: number): Promise<SimulatedWrite[]>;
  requests(after?: number): Promise<SimulatedRequest[]>;
  /** Rows that share a name under one parent; `created` counts those that the API made needlessly. */
  duplicates(): Promise<z.output<typeof duplicates>>;
  changeSettings(settings: AccountSettings): Promise<void>;
  /** Gives the rule's id. */
  addFault(rule: FaultRule): Promise<number>;
  clearFaults(): Promise<void>;
  /** One fault for every matching request, until it is ended or `for_ms` are over. */
  startOutage(outage: Omit<FaultRule, 'nth' | 'count' | 'probability'> & { for_ms?: number }): Promise<void>;
  endOutage(): Promise<void>;
  /** Gives the row as it is then; a removed one as it was. */
  edit(edit: AccountEdit): Promise<Record<string, unknown>>;
  /** Many edits at once, in order. */
  edits(edits: readonly AccountEdit[]): Promise<void>;
}

/** A client of the simulator's control interface for the account of `token`. */
export function simulator(url: string, token: string): SimulatedAccount {
  const account = `${url}/control/accounts/${encodeURIComponent(token)}`;

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${account}${path}`, { method, ...sent });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The simulator answers ${answer.status} to ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  const items = <T extends z.ZodType>(schema: T) => z.object({ items: z.array(schema) });

  return {
    token,
    apiUrl: `${url}/api/1`,
    create: async (definition) => void (await ask('PUT', '', definition)),
    state: async ({ hidden = false } = {}) => state.parse(await ask('GET', `/state?hidden=${hidden}`)),
    stats: async () => stats.parse(await ask('GET', '/stats')),
    resetStats: async () => void (await ask('POST', '/stats/reset')),
    journal: async (after = 0) => items(write).parse(await ask('GET', `/journal?after=${after}`)).items,
    requests: async (after = 0) => items(request).parse(await ask('GET', `/requests?after=${after}`)).items,
    duplicates: async () => duplicates.parse(await ask('GET', '/duplicates')),
    changeSettings: async (settings) => void (await ask('PATCH', '/settings', settings)),
    addFault: async (rule) => z.object({ id: z.number() }).parse(await ask('POST', '/faults', rule)).id,
    clearFaults: async () => void (await ask('DELETE', '/faults')),
    startOutage: async (outage) => void (await ask('POST', '/outage', outage)),
    endOutage: async () => void (await ask('DELETE', '/outage')),
    edits: async (edits) => void (await ask('POST', '/edits', { edits })),
    edit: async (edit) => z.object({ row }).parse(await ask('POST', '/edit', edit)).row,
  };
}
