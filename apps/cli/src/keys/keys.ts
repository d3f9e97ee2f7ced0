import { userInfo } from 'node:os';
import { type Role, SyncError } from '@broadstreet-sync/domain';
import type { KeyDocument, Store } from '@broadstreet-sync/store';
import { withStore } from './with-store.ts';

export interface NewKeyOptions {
  readonly name: string;
  readonly role: Role;
  /** Does nothing where there is a key of an admin. */
  readonly ifNone: boolean;
  readonly json: boolean;
}

const mostListed = 10_000;

function whoAmI(): string {
  return `command line (${userInfo().username})`;
}

/** What the audit trail keeps of a command. */
async function keep(store: Store, action: string, path: string): Promise<void> {
  const mine = { name: whoAmI(), role: null, key_id: null, address: null, request_id: null };
  const deed = { ...mine, action, method: 'COMMAND', path, fields: [] };
  await store.audit.begin(deed, { status: 200, code: null, run_id: null });
}

/** Makes a key and prints it. @throws SyncError `key_name_taken` */
export async function createKey({ name, role, ifNone, json }: NewKeyOptions): Promise<void> {
  await withStore(async (store) => {
    if (ifNone && (await store.keys.count('admin')) > 0) {
      console.error('There is a key of an admin: none is made.');
      return;
    }
    const made = await store.keys.create({ name, role, createdBy: whoAmI() });
    if (made === null) throw nameTaken(name);
    await keep(store, 'createKey', `keys create --name ${name} --role ${role}`);
    if (json) console.log(JSON.stringify({ ...shown(made.document), key: made.key }));
    else console.log(`The key "${name}" of the role ${role}. It is shown this once:\n\n  ${made.key}\n`);
  });
}

/** Prints the keys that there are, those that were revoked too. */
export async function listKeys({ json }: { readonly json: boolean }): Promise<void> {
  const { items } = await withStore((store) => store.keys.list(0, mostListed));
  if (json) console.log(JSON.stringify(items.map(shown)));
  else if (items.length === 0) console.log('There is no key: on this machine the API works without.');
  else console.log(table(items));
}

/** Revokes a key. @throws SyncError `no_such_key` */
export async function revokeKey(idOrName: string): Promise<void> {
  await withStore(async (store) => {
    const key = (await store.keys.named(idOrName)) ?? (await store.keys.get(idOrName));
    if (key === null) throw noSuchKey(idOrName);
    await store.keys.revoke(key._id, whoAmI());
    await keep(store, 'revokeKey', `keys revoke ${idOrName}`);
    console.log(`The key "${key.name}" is of no use any more.`);
    if ((await store.keys.count('admin')) > 0) return;
    console.log('No key of an admin is left: make one by `./sync keys create --name NAME --role admin`.');
  });
}

function shown({ _id, name, role, prefix, created_at, created_by, last_used_at, revoked_at }: KeyDocument) {
  return { id: _id.toHexString(), name, role, prefix, created_at, created_by, last_used_at, revoked_at };
}

function table(keys: readonly KeyDocument[]): string {
  const day = (at: Date | null) => at?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';
  const rows = keys.map((key) => [
    key._id.toHexString(),
    key.name,
    key.role,
    `${key.prefix}…`,
    day(key.created_at),
    day(key.last_used_at),
    key.revoked_at === null ? 'holds' : `revoked ${day(key.revoked_at)}`,
  ]);
  const all = [['id', 'name', 'role', 'key', 'made', 'last used', 'state'], ...rows];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function nameTaken(name: string): SyncError {
  return new SyncError({
    category: 'conflict',
    code: 'key_name_taken',
    message: `Another key is named "${name}", and runs name keys.`,
    remedy: `Choose another name, or revoke that one first: ./sync keys revoke "${name}".`,
  });
}

function noSuchKey(idOrName: string): SyncError {
  return new SyncError({
    category: 'validation',
    code: 'no_such_key',
    message: `No key that holds is named "${idOrName}", nor has one that id.`,
    remedy: 'See which there are: ./sync keys list.',
  });
}
