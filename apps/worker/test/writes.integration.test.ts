import {
  applyEdit,
  type EntityFields,
  type EntityKind,
  entityKey,
  isVerifiable,
  type KindName,
  kindNames,
  kinds,
  levels,
  parentField,
  readsSame,
  writtenForm,
} from '@broadstreet-sync/domain';
import { editedPart, localFields, type ProductionDocument, type RunDocument, wishesFor } from '@broadstreet-sync/store';
import {
  eventually,
  inFixedOrder,
  launchApp,
  otherFields,
  sampleFields,
  spawnApp,
  stopApps,
} from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine, quick } from './engine.ts';
import { addLocalAccount } from './local-account.ts';

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
  await engine.bed.remote.create({ account: 'bare' });
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

/** For a run of more than a thousand requests, on a machine that does other things too. */
const longMs = 240_000;

const updatable = kindNames.map((name) => kinds[name]).filter(({ update }) => update !== null);
const removable = kindNames.map((name) => kinds[name]).filter(({ remove }) => remove !== null);
const exportAll = { operation: 'export' as const, kinds: [...kindNames], confirm: [...kindNames] };

function startWorker() {
  return spawnApp('worker', { ...engine.bed.env, ...quick });
}

/** An entity of every kind that was exported from here; production is in step with the account. */
async function exportEveryKind(): Promise<Map<KindName, ProductionDocument>> {
  const ids = new Map<KindName, string>();
  for (const name of levels.flat().map((kind) => kind.name)) {
    const parents = kinds[name].parents.map((parent) => [parentField(parent), ids.get(parent)]);
    const fields = { ...sampleFields(kinds[name]), ...Object.fromEntries(parents) };
    ids.set(name, (await engine.store.locals.create(name, fields))._id.toHexString());
  }
  await succeeded(exportAll);
  await succeeded();
  return new Map(await Promise.all(kindNames.map(async (name) => [name, await newest(name)] as const)));
}

async function newest(name: KindName): Promise<ProductionDocument> {
  const { items } = await engine.store.production.page(name, { created_locally: true }, { id: -1 }, 0, 1);
  const [document] = items;
  if (document === undefined) throw new Error(`nothing of ${name} was exported`);
  return document;
}

async function succeeded(request: Parameters<Engine['run']>[0] = {}): Promise<RunDocument> {
  const run = await engine.run(request);
  const { items } = await engine.store.tasks.list({ run_id: run._id, state: { $in: ['failed', 'blocked'] } }, 0, 10);
  expect(items.map(({ title, error }) => ({ title, error }))).toEqual([]);
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  return run;
}

/** Edits every field that can be; gives what was wanted. */
async function edit(kind: EntityKind, document: ProductionDocument): Promise<EntityFields> {
  const { store } = engine;
  const patch = otherFields(kind, kind.update?.fields ?? []);
  const { revision } = document.sync;
  const after = applyEdit(kind, editedPart(document), patch);
  expect([...after.edited].sort()).toEqual(Object.keys(patch).sort());
  expect(await store.production.edit(kind.name, document._id, revision, after)).not.toBeNull();
  return patch;
}

/** The row that the account has of an entity, with what was written and is never read back. */
async function remoteRow(kind: EntityKind, key: string): Promise<EntityFields | undefined> {
  const state = new Map(Object.entries(await engine.bed.remote.state({ hidden: true })));
  return state.get(kind.name)?.find((row) => entityKey(kind, row) === key);
}

async function writesOf(method: string) {
  return (await engine.bed.remote.journal()).filter((write) => write.committed && write.method === method);
}

/** The account and production have all that was wanted. */
async function expectEdited(kind: EntityKind, key: string, patch: EntityFields): Promise<void> {
  const row = await remoteRow(kind, key);
  const hidden = typeof row?.hidden === 'object' ? row.hidden : {};
  const written: EntityFields = { ...hidden, ...row };
  const document = await engine.store.production.get(kind.name, key);
  expect(document?.sync).toMatchObject({ edited: [], base: {} });
  for (const [field, value] of Object.entries(patch)) {
    const when = `${kind.name}.${field}`;
    expect(readsSame(kind, field, written[field], writtenForm(kind, field, value)), when).toBe(true);
    expect(readsSame(kind, field, document?.[field], value), when).toBe(true);
    if (isVerifiable(kind, field)) expect(document?.[field], when).toEqual(row?.[field]);
  }
}

/**
 * An import finds nothing that differs. Of other kinds than these the first may: what rows say of others, such as the name
 * of their parent, has changed with these.
 */
async function expectInStep(settled: readonly EntityKind[] = []): Promise<void> {
  const first = await succeeded();
  const before = await Promise.all(kindNames.map((kind) => productionOf(kind)));
  const second = await succeeded();
  for (const kind of kindNames) {
    const runs = settled.some(({ name }) => name === kind) ? [first, second] : [second];
    for (const run of runs) expect(run.changes[kind], kind).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
  }
  expect(await Promise.all(kindNames.map((kind) => productionOf(kind)))).toEqual(before);
}

async function productionOf(kind: KindName): Promise<ProductionDocument[]> {
  return (await engine.store.production.page(kind, {}, {}, 0, 1000)).items;
}

async function wantGone(kind: KindName, key: string): Promise<void> {
  const { deletions, dependants } = engine.store;
  const target = { kind, key };
  expect(await deletions.plan(wishesFor(target, await dependants.of(target), 'test'))).toBe(true);
}

/** Wants all of it gone that can be removed. */
async function wantAllGone(made: ReadonlyMap<KindName, ProductionDocument>): Promise<void> {
  for (const { name } of removable) {
    const key = made.get(name)?._id ?? '';
    if ((await engine.store.production.get(name, key))?.sync.deletion === undefined) await wantGone(name, key);
  }
}

async function expectAllGone(made: ReadonlyMap<KindName, ProductionDocument>): Promise<void> {
  for (const { name } of removable) {
    const key = made.get(name)?._id ?? '';
    expect(await remoteRow(kinds[name], key), name).toBeUndefined();
    expect(await engine.store.production.get(name, key), name).toBeNull();
  }
  await expectInStep(removable);
}

/** The first request of each sort is carried out, and its worker killed, or its answer lost. */
async function killAfterFirst(method: 'PUT' | 'DELETE', routes: readonly string[]): Promise<void> {
  const worker = await startWorker();
  const before = (await writesOf(method)).length;
  for (const route of routes) {
    await engine.bed.remote.addFault({ method, route, count: 1, fault: { type: 'hang', commit: true } });
  }
  const run = await engine.trigger(exportAll);
  await eventually(async () => (await writesOf(method)).length > before, { timeoutMs: 90_000 });

  await worker.kill('SIGKILL');
  await startWorker();

  expect(await engine.ended(run._id, 90_000)).toMatchObject({ status: 'succeeded' });
}

describe('edits of every kind', () => {
  it('are exported with one request each, and leave nothing for an import', async () => {
    await startWorker();
    const made = await exportEveryKind();
    const patches = new Map<EntityKind, EntityFields>();
    for (const kind of updatable) patches.set(kind, await edit(kind, await newest(kind.name)));

    const run = await succeeded(exportAll);

    expect(await writesOf('PUT')).toHaveLength(updatable.length);
    for (const [kind, patch] of patches) {
      expect(run.changes[kind.name]).toMatchObject({ inserted: 0, updated: 1 });
      await expectEdited(kind, made.get(kind.name)?._id ?? '', patch);
    }
    await expectInStep(updatable);
  });

  it('come to the same end where the worker is killed between a request and its save, and answers are lost', async () => {
    const worker = await startWorker();
    const made = await exportEveryKind();
    await worker.kill('SIGTERM');
    const patches = new Map<EntityKind, EntityFields>();
    for (const kind of updatable) patches.set(kind, await edit(kind, await newest(kind.name)));

    await killAfterFirst(
      'PUT',
      updatable.map(({ update }) => update?.path.replace(':id', '{id}') ?? ''),
    );

    for (const [kind, patch] of patches) await expectEdited(kind, made.get(kind.name)?._id ?? '', patch);
    await expectInStep(updatable);
  });
});

describe('deletions of every kind', () => {
  it('are exported, and of what is gone already they are done', async () => {
    await startWorker();
    const first = await exportEveryKind();
    await wantAllGone(first);
    await succeeded(exportAll);
    await expectAllGone(first);
    const second = await exportEveryKind();
    await wantAllGone(second);
    const { id: advertiser } = await newest('advertisers');
    await engine.bed.remote.edit({ kind: 'advertisers', op: 'remove', id: Number(advertiser) });
    await engine.bed.remote.edit({ kind: 'zones', op: 'remove', id: Number((await newest('zones')).id) });

    await succeeded(exportAll);

    await expectAllGone(second);
  });

  it('come to the same end where the worker is killed between a request and its save, and answers are lost', async () => {
    const worker = await startWorker();
    const made = await exportEveryKind();
    await worker.kill('SIGTERM');
    await wantAllGone(made);

    await killAfterFirst(
      'DELETE',
      removable.map(({ remove }) => remove?.path.replace(':id', '{id}') ?? ''),
    );

    await expectAllGone(made);
  });
});

it('edits and deletions come to the same end where a worker dies at each point of a write', async () => {
  const worker = await startWorker();
  const made = await exportEveryKind();
  await worker.kill('SIGTERM');
  const kind = kinds.zones;
  const patch = await edit(kind, await newest(kind.name));
  await wantGone('campaigns', made.get('campaigns')?._id ?? '');
  const run = await engine.trigger(exportAll);

  for (const point of ['before_write', 'after_write', 'after_settlement']) {
    const env = { ...engine.bed.env, ...quick, BROADSTREET_TEST_CRASH: `${point}:1` };
    expect(await launchApp('worker', env, 'test').exited, point).toMatchObject({ signal: 'SIGKILL' });
  }
  await startWorker();

  expect(await engine.ended(run._id, 90_000)).toMatchObject({ status: 'succeeded' });
  await expectEdited(kind, made.get(kind.name)?._id ?? '', patch);
  expect(await remoteRow(kinds.campaigns, made.get('campaigns')?._id ?? '')).toBeUndefined();
  expect(await engine.store.production.get('campaigns', made.get('campaigns')?._id ?? '')).toBeNull();
});

it(
  'more deletions than a gate holds at once go through windows, each once',
  async () => {
    const counts = { advertisers: 2, zones: 40, advertisements: 20, campaigns: 4, placements: 1200 };
    await engine.bed.remote.create({ account: 'L', counts });
    await startWorker();
    await succeeded();
    const all = await engine.store.production.page('placements', {}, {}, 0, 2000);
    expect(all.total).toBeGreaterThan(1000);
    const wishes = all.items.flatMap(({ _id: key }) =>
      wishesFor({ kind: 'placements', key }, { production: [], drafts: [] }, 'test'),
    );
    expect(await engine.store.deletions.plan(wishes)).toBe(true);

    const run = await engine.ended((await engine.trigger(exportAll))._id, longMs);

    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect(run.plan.placements?.windows).toBeGreaterThan(1);
    expect(run.changes.placements).toMatchObject({ removed: all.total });
    expect(await writesOf('DELETE')).toHaveLength(all.total);
    expect((await engine.bed.remote.state()).placements).toEqual([]);
    await expectInStep(removable);
  },
  longMs,
);

it('the undo of an export by workers of which one is killed leaves the account as it was, and drafts that are exported once more, each once', async () => {
  const { bed, store } = engine;
  await bed.remote.changeSettings({ latency_ms: 30 });
  const env = { ...bed.env, ...quick, WORKER_CONCURRENCY: '4' };
  const [first] = await Promise.all([spawnApp('worker', env), spawnApp('worker', env)]);
  await succeeded();
  const before = await bed.remote.state();
  const count = await addLocalAccount(engine, 8);
  const drafts = await allDrafts();
  const exporting = await succeeded(exportAll);

  const undoing = await engine.trigger({
    operation: 'export',
    kinds: await store.undo.kindsMade(exporting._id),
    undo: { run_id: exporting._id, force: false },
  });
  await eventually(async () => (await writesOf('DELETE')).length > 10, { timeoutMs: 60_000 });
  await first?.kill('SIGKILL');

  expect(await engine.ended(undoing._id, 90_000)).toMatchObject({ status: 'succeeded' });
  expect(await bed.remote.state()).toEqual(before);
  expect(await allDrafts()).toEqual(drafts);
  for (const kind of kindNames) {
    expect(
      (await productionOf(kind)).filter(({ created_locally }) => created_locally),
      kind,
    ).toEqual([]);
  }

  await succeeded(exportAll);

  expect((await bed.remote.duplicates()).created).toBe(0);
  expect(await allDrafts()).toEqual([]);
  const rowsOf = (state: typeof before) => kindNames.reduce((sum, kind) => sum + state[kind].length, 0);
  expect(rowsOf(await bed.remote.state())).toBe(rowsOf(before) + count);
  await expectInStep();
});

async function allDrafts(): Promise<Record<string, unknown>[]> {
  const found = await Promise.all(kindNames.map((kind) => engine.store.locals.inOrder(kind, null).toArray()));
  return inFixedOrder(found.flat().map((draft) => ({ _id: String(draft._id), ...localFields(draft) })));
}
