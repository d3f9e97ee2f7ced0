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
  function* rowsOf<K extends KindName>(kind: K): Generator<Record<string, unknown>> {
    const table: Table<Rows[K]> = state.tables[kind];
    for (const row of table.all()) {
      const value = showWithParents(state, kind, row);
      yield withHidden && 'written' in row ? { ...value, hidden: row.written } : value;
    }
  }

  const value = Object.fromEntries(kindNames.map((kind) => [kind, [...rowsOf(kind)]]));
  return { status: 200, headers: {}, body: { type: 'json', value }, written: null };
}
