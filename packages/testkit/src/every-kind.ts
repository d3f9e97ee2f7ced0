import {
  ancestorKinds,
  type EntityFields,
  type EntityKind,
  entityKey,
  type KindName,
  kindNames,
  kinds,
  type Operation,
  parentField,
  type RunState,
} from '@broadstreet-sync/domain';
import { describe, expect, it } from 'vitest';
import type { App } from './apps.ts';
import { eventually } from './eventually.ts';
import { sampleFields } from './sample-fields.ts';
import type { SimulatedAccount, SimulatedWrite } from './simulator.ts';

/** What the battery needs of an engine on real services: a fresh one for each test. */
export interface KindEngine {
  readonly remote: SimulatedAccount;
  startWorker(): Promise<Pick<App, 'kill'>>;
  /** Stores a local entity; gives its `_id`. */
  addLocal(kind: KindName, fields: EntityFields): Promise<string>;
  countLocal(kind: KindName): Promise<number>;
  /** Whole production documents, ours included. */
  production(kind: KindName): Promise<EntityFields[]>;
  /** Starts a run of these kinds, every creation confirmed; gives its id. */
  begin(operation: Operation, kinds: readonly KindName[]): Promise<string>;
  /** How a run ended, once it has. */
  end(run: string): Promise<{ readonly status: RunState; readonly error: unknown }>;
  close(): Promise<void>;
}

/** Stores a local entity of a kind, and before it all that it hangs on, each naming its parents by their local `_id`. */
async function addWithAncestors(engine: KindEngine, kind: EntityKind): Promise<void> {
  const ids = new Map<KindName, string>();
  for (const name of [...ancestorKinds(kind), kind.name]) {
    const parents = kinds[name].parents.map((parent) => [parentField(parent), ids.get(parent)]);
    ids.set(name, await engine.addLocal(name, { ...sampleFields(kinds[name]), ...Object.fromEntries(parents) }));
  }
}

async function run(engine: KindEngine, operation: Operation, names: readonly KindName[]): Promise<void> {
  const ended = await engine.end(await engine.begin(operation, names));
  expect(ended).toEqual({ status: 'succeeded', error: null });
}

async function remoteRows(engine: KindEngine, kind: EntityKind): Promise<EntityFields[]> {
  return new Map(Object.entries(await engine.remote.state())).get(kind.name) ?? [];
}

/** Creates of a kind that the remote carried out. */
async function committed(engine: KindEngine, kind: EntityKind): Promise<SimulatedWrite[]> {
  const writes = await engine.remote.journal();
  return writes.filter((write) => write.committed && write.kind === kind.name);
}

/** The sample of a kind exists once in the account and in production, and nothing is left of it here. */
async function expectOnce(engine: KindEngine, kind: EntityKind): Promise<void> {
  expect(await committed(engine, kind)).toHaveLength(1);
  expect((await engine.remote.duplicates()).created).toBe(0);
  const rows = await remoteRows(engine, kind);
  const documents = await engine.production(kind.name);
  const made = documents.filter((document) => document.created_locally === true);
  expect(made).toMatchObject([{ synced_with_api: true }]);
  expect(rows.map((row) => entityKey(kind, row))).toEqual(
    expect.arrayContaining(made.map((each) => entityKey(kind, each))),
  );
  for (const name of [...ancestorKinds(kind), kind.name]) expect(await engine.countLocal(name)).toBe(0);
}

async function expectInStep(engine: KindEngine, kind: EntityKind): Promise<void> {
  const [rows, documents] = [await remoteRows(engine, kind), await engine.production(kind.name)];
  const byKey = new Map(documents.map((document) => [entityKey(kind, document), document]));
  for (const row of rows) expect(byKey.get(entityKey(kind, row))).toMatchObject(row);
  expect(documents).toHaveLength(rows.length);
}

/**
 * What every kind goes through, built from its declaration: a kind that is added goes through it without a change here.
 * The tests of all kinds run side by side, each on an engine of its own.
 */
export function describeEveryKind(open: () => Promise<KindEngine>): void {
  const all = kindNames.map((name) => [name, kinds[name]] as const);

  async function withEngine(test: (engine: KindEngine) => Promise<void>): Promise<void> {
    const engine = await open();
    try {
      await engine.remote.create({ account: 'bare' });
      await test(engine);
    } finally {
      await engine.close();
    }
  }

  describe.concurrent.each(all)('%s', (name, kind) => {
    it('killed between request and save leave one row', () => {
      return withEngine(async (engine) => {
        const worker = await engine.startWorker();
        await addWithAncestors(engine, kind);
        const fault = { type: 'hang', commit: true };
        await engine.remote.addFault({ method: 'POST', route: kind.create.path, count: 1, fault });
        const exporting = await engine.begin('export', [name]);
        await eventually(async () => (await committed(engine, kind)).length === 1, { timeoutMs: 90_000 });

        await worker.kill('SIGKILL');
        await engine.startWorker();

        expect(await engine.end(exporting)).toEqual({ status: 'succeeded', error: null });
        await expectOnce(engine, kind);
      });
    });

    it('exported twice are created once, and imported twice change nothing', () => {
      return withEngine(async (engine) => {
        await engine.startWorker();
        await addWithAncestors(engine, kind);

        await run(engine, 'export', [name]);
        await run(engine, 'export', [name]);

        await expectOnce(engine, kind);

        await run(engine, 'import', kindNames);
        await expectInStep(engine, kind);
        const imported = await engine.production(name);
        await run(engine, 'import', kindNames);

        await expectOnce(engine, kind);
        expect(await engine.production(name)).toEqual(imported);
      });
    });
  });
}
