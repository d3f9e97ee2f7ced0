import type { RunView } from '@broadstreet-sync/contract';
import { type EntityFields, entityKey, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import type { SimulatedWrite } from '@broadstreet-sync/testkit';
import { expect } from 'vitest';
import { z } from 'zod';
import { type ApiClient, entity, idMapEntry, results, syncLogs, taskErrors } from './api-client.ts';
import type { Draft } from './drafts.ts';
import type { System } from './system.ts';

/** An export that has ended, of drafts whose `_id`s are known by their keys. */
export interface Exported {
  readonly system: System;
  readonly api: ApiClient;
  readonly run: RunView;
  readonly drafts: readonly Draft[];
  readonly ids: ReadonlyMap<string, string>;
  /** `seq` of the last write before it. */
  readonly after: number;
}

const found = z.object({ _id: z.string(), sync_errors: z.array(entity) });

/** Remote ids of drafts that were created, by key: as the id map has them. */
async function remoteIds({ api, drafts, ids }: Exported): Promise<Map<string, number | string>> {
  const good = drafts.filter(({ sends }) => sends !== null);
  const entries = good.map(async ({ key, kind }) => {
    const { remote_id } = await api.get(idMapEntry, `/api/id-map/${kind}/${ids.get(key)}`);
    return [key, remote_id] as const;
  });
  return new Map(await Promise.all(entries));
}

/** All that a request said of an entity: parents stand in the query or in the body. */
function saidIn({ query, body }: SimulatedWrite): EntityFields {
  const parents = Object.entries(query).map(([name, value]) => [name, Number(value)]);
  return { ...Object.fromEntries(parents), ...entity.parse(body) };
}

/** Every good draft was created once, with its clean payload; nothing else was created. */
async function expectCreatedOnce(exported: Exported, remote: ReadonlyMap<string, number | string>): Promise<void> {
  const { drafts, system, after } = exported;
  const writes = (await system.bed.remote.journal(after)).filter(({ committed }) => committed);
  for (const kind of kindNames) {
    const wanted = drafts.flatMap(({ key, kind: own, sends, parents }) => {
      if (own !== kind || sends === null) return [];
      const named = Object.entries(parents).map(([parent, of]) => [
        parentFieldOf(parent),
        remote.get(String(of)) ?? of,
      ]);
      return [{ id: remote.get(key), said: { ...Object.fromEntries(named), ...sends } }];
    });
    const made = writes.filter((write) => write.kind === kind);
    const sent = made.map((write) => ({
      id: write.key ? entityKey(kinds[kind], write.key) : write.id,
      said: saidIn(write),
    }));
    expect(sent, kind).toHaveLength(wanted.length);
    expect(sent, kind).toEqual(expect.arrayContaining(wanted));
  }
  expect((await system.bed.remote.duplicates()).created).toBe(0);
}

function parentFieldOf(kind: string): string {
  return parentField(z.enum(kindNames).parse(kind));
}

/** Each created draft is found in production, also by who still has its old address. */
async function expectMoved(
  { api, drafts, ids }: Exported,
  remote: ReadonlyMap<string, number | string>,
): Promise<void> {
  for (const { key, kind, sends } of drafts.filter(({ sends }) => sends !== null)) {
    const old = await api.send('GET', `/api/local/${kind}/${ids.get(key)}`);
    const address = `/api/${kind}/${remote.get(key)}`;
    expect([old.status, old.headers.get('location')], key).toEqual([308, address]);
    const flags = { created_locally: true, synced_with_api: true, sync: { original_local_id: ids.get(key) } };
    const name = sends?.name;
    expect(await api.get(entity, address), key).toMatchObject({ ...flags, ...(name === undefined ? {} : { name }) });
  }
}

/** What is left here are the bad ones, each with why it was refused, and what is blocked with what by. */
async function expectRefused({ api, run, drafts, ids }: Exported): Promise<void> {
  const errors = await api.list(taskErrors, `/api/runs/${run.id}/errors`);
  const bad = drafts.filter(({ sends }) => sends === null);
  expect(errors.map(({ subject }) => subject).sort()).toEqual(bad.map(({ key }) => ids.get(key)).sort());
  for (const kind of kindNames) {
    const left = await api.list(found, `/api/local/${kind}`);
    const own = bad.filter((draft) => draft.kind === kind);
    expect(left.map(({ _id }) => _id).sort(), kind).toEqual(own.map(({ key }) => ids.get(key)).sort());
    for (const { key, refused, parents } of own) {
      const { sync_errors: kept } = left.find(({ _id }) => _id === ids.get(key)) ?? { sync_errors: [] };
      const message = expect.stringContaining(refused?.message ?? '');
      expect(kept, key).toMatchObject([{ run_id: run.id, category: refused?.category, message }]);
      const error = errors.find(({ subject }) => subject === ids.get(key));
      expect(error, key).toMatchObject({ state: refused?.state, category: refused?.category, message });
      const isNamed = Object.values(parents).some((of) => error?.blocked_by?.endsWith(` ${ids.get(String(of))}`));
      expect(isNamed, key).toBe(refused?.state === 'blocked');
    }
  }
}

/** The run, its results and the logs say the same of how many came to what. */
async function expectSameNumbers({ api, run, drafts, ids }: Exported, remote: ReadonlyMap<string, unknown>) {
  const shown = await api.list(results, `/api/runs/${run.id}/results`);
  const logs = await api.list(syncLogs, `/api/sync-logs?run_id=${run.id}`);
  expect(shown).toHaveLength(drafts.length);
  for (const { key, sends, refused, kind, fields } of drafts) {
    expect(
      shown.find(({ local_id }) => local_id === ids.get(key)),
      key,
    ).toMatchObject({
      kind,
      remote_id: remote.get(key) ?? null,
      outcome: sends === null ? refused?.state : 'created',
      name: typeof fields.name === 'string' ? expect.stringContaining(fields.name.trim()) : null,
      ...(sends === null ? {} : { sent_name: sends.name ?? null }),
    });
  }
  for (const kind of kindNames) {
    const own = drafts.filter((draft) => draft.kind === kind);
    const count = (state: string) => own.filter(({ refused }) => (refused?.state ?? 'completed') === state).length;
    const [completed, failed, blocked] = [count('completed'), count('failed'), count('blocked')];
    expect(run.kinds[kind], kind).toEqual({ total: own.length, completed, failed, blocked, skipped: 0 });
    const log = { entities_processed: own.length, errors: failed + blocked, success: failed + blocked === 0 };
    expect(
      logs.filter(({ entity_type }) => entity_type === kind),
      kind,
    ).toMatchObject([log]);
  }
}

/** Holds the account, the stores and all that the API tells of the run to what was drafted. */
export async function expectExported(exported: Exported): Promise<void> {
  const { run, drafts } = exported;
  expect(run).toMatchObject({
    status: drafts.some(({ sends }) => sends === null) ? 'partial' : 'succeeded',
    error: null,
  });
  const remote = await remoteIds(exported);
  await expectCreatedOnce(exported, remote);
  await expectMoved(exported, remote);
  await expectRefused(exported);
  await expectSameNumbers(exported, remote);
}

/** One request for each entity that can be sent, and one list for each parent from before that gets new names of a kind. */
export function plannedRequests(drafts: readonly Draft[]): number {
  const sent = drafts.filter(({ sends, refused }) => sends !== null || refused?.byApi === true);
  const parents = sent.flatMap(({ kind, parents: given }) => {
    const { lineage, unique } = kinds[kind];
    const parent = lineage === undefined ? 0 : given[lineage];
    return unique.length > 0 && typeof parent === 'number' ? [`${kind} of ${parent}`] : [];
  });
  return sent.length + new Set(parents).size;
}
