import { spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine, quick } from './engine.ts';

// What the table in the README compares: the same fault, met by a script that posts one entity after the other and
// notes each as done, and by an export.

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine();
  await engine.bed.remote.create({ account: 'bare' });
});

afterEach(async () => {
  await stopApps();
  await engine.close();
});

const names = Array.from({ length: 10 }, (_, at) => `Zone ${at}`);

async function networkId(): Promise<number> {
  const [network] = (await engine.bed.remote.state()).networks;
  return Number(network?.id);
}

/** Posts what is not done yet. `fetch` throws when an answer is lost: the script tries again, as scripts do. */
async function plainScript(done: Set<string>, onAnswer: (name: string) => void = () => undefined): Promise<void> {
  const { remote } = engine.bed;
  const url = `${remote.apiUrl}/zones?network_id=${await networkId()}&access_token=${remote.token}`;
  for (const name of names.filter((candidate) => !done.has(candidate))) {
    const post = () =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }) });
    const answer = await post().catch(post);
    expect(answer.status).toBe(201);
    onAnswer(name);
    done.add(name);
  }
}

async function exportZones(): Promise<void> {
  const network_id = await networkId();
  for (const name of names) await engine.store.locals.create('zones', { name, network_id });
  expect(await engine.run({ operation: 'export', kinds: ['zones'] })).toMatchObject({ status: 'succeeded' });
}

async function zonesMade(): Promise<{ duplicates: number; lost: number }> {
  const { zones } = await engine.bed.remote.state();
  const made = new Set(zones.map(({ name }) => name));
  return { duplicates: zones.length - made.size, lost: names.filter((name) => !made.has(name)).length };
}

describe('three of ten answers lost after the entity was created', () => {
  beforeEach(async () => {
    for (const nth of [2, 5, 8]) {
      await engine.bed.remote.addFault({ method: 'POST', nth, count: 1, fault: { type: 'commit_then_reset' } });
    }
  });

  it('leave duplicates behind a plain script', async () => {
    await plainScript(new Set());

    expect(await zonesMade()).toEqual({ duplicates: 3, lost: 0 });
  });

  it('leave none behind an export', async () => {
    await spawnApp('worker', { ...engine.bed.env, ...quick });

    await exportZones();

    expect(await zonesMade()).toEqual({ duplicates: 0, lost: 0 });
  });
});

describe('a process that dies between a request and its save', () => {
  it('makes a plain script create the entity again when it is started again', async () => {
    const done = new Set<string>();
    const died = plainScript(done, (name) => {
      if (name === 'Zone 4') throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');

    await plainScript(done);

    expect(await zonesMade()).toEqual({ duplicates: 1, lost: 0 });
  });
});
