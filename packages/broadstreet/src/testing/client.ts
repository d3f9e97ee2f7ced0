import type { RequestEnd } from '@broadstreet-sync/budget';
import { RemoteError } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { createBroadstreet } from '../client.ts';
import type { Broadstreet, BroadstreetSettings, CallContext, ListRequest, WriteRequest } from '../types.ts';

/** Has characters that a query writes otherwise. */
export const canary = 'c4n4ry/token+with=signs';

/** A budget that lets everything through at once and counts. */
export function createCountingBudget(changes: Partial<BroadstreetSettings['budget']> = {}) {
  const counted = { taken: 0, retries: 0, pauses: [] as (number | undefined)[], ends: [] as RequestEnd[] };
  const budget: BroadstreetSettings['budget'] = {
    async take() {
      counted.taken += 1;
      return { waitedMs: 7 };
    },
    async takeRetry() {
      counted.retries += 1;
      return true;
    },
    async pause(retryAfterMs) {
      counted.pauses.push(retryAfterMs);
    },
    begin: () => (end) => void counted.ends.push(end),
    isBreakerOpen: () => false,
    ...changes,
  };
  return { budget, counted };
}

export function createClient(settings: Partial<BroadstreetSettings> & { readonly baseUrl: string }): Broadstreet {
  const { budget } = createCountingBudget();
  return createBroadstreet({ token: canary, budget, timeoutMs: 5000, readOnly: false, ...settings });
}

export const zoneRow = z.looseObject({ id: z.int().positive(), name: z.string() });

export const listZones: ListRequest = {
  path: '/zones',
  query: { network_id: 5 },
  envelopes: ['zones'],
  row: zoneRow,
  identity: ['id'],
};

export const createZone: WriteRequest = {
  method: 'POST',
  path: '/zones',
  query: { network_id: 5 },
  body: { name: 'Zone' },
  envelope: 'zone',
  answers: 'row',
  row: zoneRow,
};

/** The error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<RemoteError> {
  const end = await call.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (end instanceof RemoteError) return end;
  throw end;
}

/** What reads and writes end with on a host that treats both alike. */
export async function errorsOf(baseUrl: string, settings: Partial<BroadstreetSettings> = {}, context?: CallContext) {
  const client = createClient({ baseUrl, ...settings });
  const read = await errorOf(client.list(listZones, context));
  const write = await errorOf(client.write(createZone, context));
  client.close();
  return { read, write };
}
