import type { Account } from '../account.ts';
import type { Answer } from '../answers.ts';
import { type KindName, kindNames, type Rows } from '../rows.ts';
import { showWithParents } from '../show.ts';
import type { Table } from '../table.ts';

/**
 * All rows by kind, as lists give them and with their parents' ids, in the form of an account file. With
 * `withHidden` a campaign or an ad also has `hidden`: what was written and is never read back.
 */
export function stateAnswer({ state }: Account, withHidden: boolean): Answer {
  function listOf<K extends KindName>(kind: K): Iterable<unknown> {
    const table: Table<Rows[K]> = state.tables[kind];
    const rows = [...table.all()];
    return {
      *[Symbol.iterator]() {
        for (const row of rows) {
          const value = showWithParents(state, kind, row);
          yield withHidden && 'written' in row ? { ...value, hidden: row.written } : value;
        }
      },
    };
  }

  const lists = kindNames.map((kind) => [kind, listOf(kind)] as const);
  return { status: 200, headers: {}, body: { type: 'lists', lists }, written: null };
}
