import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type KindName, kindNames, type Rows, rowSchemas } from '../rows.ts';
import type { Change, State } from '../state.ts';
import { type AccountDefinition, accountDefinition } from './definition.ts';

/*
 * An account in a folder: KEY.json, what it is seeded with, and KEY.ndjson, one line for each change since. A
 * change is written before its request is answered, so a killed process has forgotten nothing it had confirmed
 * (lines are not forced to the disk: a power cut may lose the last ones).
 */

/** The accounts kept in a folder, by token key. */
export interface AccountFiles {
  stored(): { key: string; definition: AccountDefinition }[];
  /** Applies the changes of an account to its seed; a line that a kill left half written is cut off. */
  replay(key: string, state: State): void;
  /** Starts an account over, in the place of an old one. */
  start(key: string, definition: AccountDefinition): void;
  append(key: string, change: Change): void;
  remove(key: string): void;
  close(): void;
}

const change = z.discriminatedUnion('op', [
  z.object({ op: z.literal('insert'), kind: z.enum(kindNames), row: z.unknown(), origin: z.enum(['api', 'edit']) }),
  z.object({ op: z.literal('update'), kind: z.enum(kindNames), row: z.unknown() }),
  z.object({ op: z.literal('remove'), kind: z.enum(kindNames), id: z.int(), cascade: z.boolean() }),
]);

const schemas: { [K in KindName]: z.ZodType<Rows[K]> } = rowSchemas;

/** Opens the folder, which is made where it is missing. */
export function openAccountFiles(folder: string): AccountFiles {
  mkdirSync(folder, { recursive: true });
  const journals = new Map<string, number>();
  let isClosed = false;
  const definitionPath = (key: string) => join(folder, `${key}.json`);
  const journalPath = (key: string) => join(folder, `${key}.ndjson`);

  function journal(key: string): number {
    const descriptor = journals.get(key) ?? openSync(journalPath(key), 'a');
    journals.set(key, descriptor);
    return descriptor;
  }

  function remove(key: string): void {
    const descriptor = journals.get(key);
    if (descriptor !== undefined) closeSync(descriptor);
    journals.delete(key);
    rmSync(definitionPath(key), { force: true });
    rmSync(journalPath(key), { force: true });
  }

  return {
    remove,
    stored: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => ({
          key: name.slice(0, -'.json'.length),
          definition: accountDefinition.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
        })),
    replay(key, state) {
      for (const line of readWholeLines(journalPath(key))) applyStored(state, change.parse(JSON.parse(line)));
    },
    start(key, definition) {
      remove(key);
      writeFileSync(`${definitionPath(key)}.new`, JSON.stringify(definition));
      renameSync(`${definitionPath(key)}.new`, definitionPath(key));
    },
    append(key, change) {
      // What a request commits while the process ends is lost, and was never answered.
      if (!isClosed) writeSync(journal(key), `${JSON.stringify(change)}\n`);
    },
    close() {
      isClosed = true;
      for (const descriptor of journals.values()) closeSync(descriptor);
      journals.clear();
    },
  };
}

function applyStored(state: State, stored: z.output<typeof change>): void {
  if (stored.op === 'remove') state.apply(stored);
  else state.apply({ ...stored, row: schemas[stored.kind].parse(stored.row) });
}

/** The lines of a file; what follows the last line break is cut off, so that what is appended starts a line. */
function readWholeLines(path: string): string[] {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const end = content.lastIndexOf('\n') + 1;
  if (end < content.length) truncateSync(path, end);
  return content.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
}
