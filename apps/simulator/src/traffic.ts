import { type BoundedLog, createBoundedLog } from './bounded-log.ts';
import type { KindName } from './rows.ts';

/** A request as the log keeps it; the access token is not in it. Times are ms since 1970, from a monotonic clock. */
export interface RequestEntry {
  seq: number;
  at: number;
  /** When the last byte was handed over, or the connection ended. */
  ended_at: number | null;
  method: string;
  /** As in the contract, such as `GET /zones/{id}`. */
  route: string;
  path: string;
  query: Record<string, string>;
  /** What was answered; null: nothing. */
  status: number | null;
  /** Whether the whole answer went out while the client was there. */
  answered: boolean;
}

/** An attempt to write, whatever came of it. */
export interface WriteEntry {
  seq: number;
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  /** What the write came to, also when the client never got to know; null: it was not carried out. */
  status: number | null;
  committed: boolean;
  committed_at: number | null;
  kind: KindName | null;
  /** Of the entity; a placement has its three parents in `key`. */
  id: number | null;
  key: Record<string, number> | null;
  answered: boolean;
}

interface Stats {
  total: number;
  by_route: Record<string, Record<string, number>>;
  /** `none`: no status went out. */
  by_status: Record<string, number>;
  rate_limited: number;
  unanswered: number;
  most_in_one_second: number;
  most_in_flight: number;
  in_flight: number;
}

export interface Traffic {
  begin(request: Pick<RequestEntry, 'method' | 'route' | 'path' | 'query'>, at: number): RequestEntry;
  /** Notes a write before it is tried; its outcome is filled in by who carries it out. */
  write(entry: RequestEntry): WriteEntry;
  /** The request is over; `status` null when nothing was answered. A second call changes nothing. */
  end(entry: RequestEntry, status: number | null, at: number): void;
  stats(): Stats;
  resetStats(): void;
  requests: BoundedLog<RequestEntry>;
  writes: BoundedLog<WriteEntry>;
}

/** Requests and writes kept in memory for one account. */
const KEPT = 100_000;

export function createTraffic(): Traffic {
  const requests = createBoundedLog<RequestEntry>(KEPT);
  const writes = createBoundedLog<WriteEntry>(KEPT);
  let seq = 0;
  let inFlight = 0;
  let counts = createCounts();

  return {
    requests,
    writes,
    begin(request, at) {
      const entry: RequestEntry = { seq: ++seq, at, ended_at: null, ...request, status: null, answered: false };
      requests.push(entry);
      counts.arrive(at, ++inFlight);
      return entry;
    },
    write({ seq, at, method, path, query }) {
      const outcome = { status: null, committed: false, committed_at: null, kind: null, id: null, key: null };
      const entry: WriteEntry = { seq, at, method, path, query, body: null, ...outcome, answered: false };
      writes.push(entry);
      return entry;
    },
    end(entry, status, at) {
      if (entry.ended_at !== null) return;
      entry.ended_at = at;
      entry.status = status;
      inFlight--;
      counts.leave(entry.route, status);
    },
    stats: () => ({ ...counts.read(), in_flight: inFlight }),
    resetStats() {
      counts = createCounts(inFlight);
    },
  };
}

function createCounts(inFlight = 0) {
  const byRoute = new Map<string, Map<string, number>>();
  const byStatus = new Map<string, number>();
  let total = 0;
  let mostInFlight = inFlight;
  let mostInOneSecond = 0;
  let window: number[] = [];
  let first = 0;

  return {
    arrive(at: number, nowInFlight: number): void {
      total++;
      mostInFlight = Math.max(mostInFlight, nowInFlight);
      window.push(at);
      while ((window[first] ?? at) <= at - 1000) first++;
      mostInOneSecond = Math.max(mostInOneSecond, window.length - first);
      if (first > 4096) {
        window = window.slice(first);
        first = 0;
      }
    },
    leave(route: string, status: number | null): void {
      const statuses = byRoute.get(route) ?? new Map<string, number>();
      byRoute.set(route, statuses);
      for (const counter of [statuses, byStatus]) {
        const key = status === null ? 'none' : String(status);
        counter.set(key, (counter.get(key) ?? 0) + 1);
      }
    },
    read: () => ({
      total,
      by_route: Object.fromEntries([...byRoute].map(([route, statuses]) => [route, Object.fromEntries(statuses)])),
      by_status: Object.fromEntries(byStatus),
      rate_limited: byStatus.get('429') ?? 0,
      unanswered: byStatus.get('none') ?? 0,
      most_in_one_second: mostInOneSecond,
      most_in_flight: mostInFlight,
    }),
  };
}
