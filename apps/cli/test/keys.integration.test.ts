import { createStore } from '@broadstreet-sync/store';
import { testBed } from '@broadstreet-sync/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { killCommands, runCommandLine } from './command.ts';

afterEach(killCommands);

const created = z.object({ id: z.string(), key: z.string(), prefix: z.string() });

async function run(args: readonly string[], env: Record<string, string>) {
  const command = runCommandLine(['keys', ...args], env);
  return { code: await command.ended, output: command.output() };
}

describe('sync keys', () => {
  it('makes a key that is shown once, lists it without, and revokes it', async () => {
    const { mongoUri } = testBed();
    const env = { MONGODB_URI: mongoUri };
    const store = await createStore(mongoUri);

    const made = await run(['create', '--name', 'Ada', '--role', 'admin', '--json'], env);
    const { key, id, prefix } = created.parse(JSON.parse(made.output));
    const holder = await store.keys.bearer(key);
    const taken = await run(['create', '--name', 'Ada', '--role', 'viewer'], env);
    const another = await run(['create', '--name', 'first', '--role', 'admin', '--if-none'], env);
    const list = await run(['list'], env);
    const revoked = await run(['revoke', 'Ada'], env);
    const gone = await store.keys.bearer(key);
    const unknown = await run(['revoke', 'Ada'], env);
    const trail = await store.audit.list({}, 0, 10);
    await store.close();

    expect(holder).toMatchObject({ name: 'Ada', role: 'admin', created_by: expect.stringContaining('command line') });
    expect([taken.code, taken.output]).toEqual([1, expect.stringContaining('Another key is named "Ada"')]);
    expect([another.code, another.output]).toEqual([0, 'There is a key of an admin: none is made.\n']);
    expect(list.output).toMatch(new RegExp(`${id} +Ada +admin +${prefix}… .* holds`));
    expect(list.output).not.toContain(key);
    expect(revoked.output).toContain('No key of an admin is left');
    expect([gone, unknown.code]).toEqual([null, 1]);
    expect(trail.items.map(({ action }) => action)).toEqual(['revokeKey', 'createKey']);
  });

  it.each([
    [['create', '--name', 'x', '--role', 'owner'], 'Allowed choices are viewer, operator, admin'],
    [['create', '--role', 'viewer'], '--name <name>'],
  ])('says what is wrong with %j', async (args, words) => {
    const { code, output } = await run(args, {});

    expect(code).toBe(2);
    expect(output).toContain(words);
  });
});
