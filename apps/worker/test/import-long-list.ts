import type { RunDocument } from '@broadstreet-sync/store';
import { eventually, type RunningApp, spawnApp, type Vitals, vitalsOf, withVitals } from '@broadstreet-sync/testkit';
import { type Engine, quick } from './engine.ts';

export interface LongListImports {
  /** The first import, whose worker was killed in the middle of its publication. */
  readonly first: RunDocument;
  /** How far that publication had come. */
  readonly publishedAtKill: number;
  /** The second, of an account in which one zone was renamed and one removed. */
  readonly second: RunDocument;
  readonly renamed: string;
  readonly removed: string;
  /** Of the worker that was killed, and of the one that went on. */
  readonly vitals: readonly Vitals[];
}

const patience = { timeoutMs: 3_600_000 };

/** Imports an account with one list of so many zones, twice, by workers that tell what they need. */
export async function importLongList(engine: Engine, zones: number): Promise<LongListImports> {
  const { store, bed, trigger } = engine;
  const { remote, env } = bed;
  const none = { advertisers: 0, advertisements: 0, campaigns: 0, placements: 0 };
  await remote.create({ account: 'L', counts: { ...none, zones } });

  async function start(): Promise<RunningApp> {
    const worker = await spawnApp('worker', { ...env, ...quick, ...withVitals, BROADSTREET_TIMEOUT_MS: '60000' });
    // The start itself, which loads all code, is not what is measured.
    await vitalsOf(worker);
    return worker;
  }

  async function end(id: string): Promise<RunDocument> {
    const run = await engine.ended(id, patience.timeoutMs);
    // What was published is moved into the history after the end.
    await eventually(async () => (await store.runs.get(id))?.archive === null, patience);
    return run;
  }

  const mortal = await start();
  const { _id: id } = await trigger({ kinds: ['zones'] });
  const publishing = await eventually(async () => {
    const run = await store.runs.get(id);
    return run !== null && run.published_to !== null ? run : undefined;
  }, patience);
  const vitals = [await vitalsOf(mortal)];
  await mortal.kill('SIGKILL');
  const worker = await start();
  const first = await end(id);
  const [renamed = 0, removed = 0] = (await remote.state()).zones.map((zone) => Number(zone.id));
  await remote.edit({ kind: 'zones', op: 'update', id: renamed, fields: { name: 'Another name' } });
  await remote.edit({ kind: 'zones', op: 'remove', id: removed });
  const { _id: secondId } = await trigger({ kinds: ['zones'] });
  const second = await end(secondId);
  vitals.push(await vitalsOf(worker));
  return {
    first,
    publishedAtKill: publishing.changes.zones?.inserted ?? 0,
    second,
    renamed: String(renamed),
    removed: String(removed),
    vitals,
  };
}
