import {
  ancestorFields,
  type EntityFields,
  type EntityKind,
  entityKey,
  kinds,
  type ListCall,
  parentField,
  remotePart,
} from '@broadstreet-sync/domain';
import { readListInBatches } from '../list-call.ts';
import { withAncestors } from '../row.ts';
import type { ListPass } from './list-pass.ts';
import { namedField, readDirectory } from './named-parents.ts';

/** Takes rows with the ids of their ancestors. */
type OnCompleteRows = (rows: readonly EntityFields[]) => Promise<void>;

/** Adds to rows what lists leave out: the ids of their ancestors. */
interface RowCompleter {
  /** Those whose ancestors are known; the others are kept. */
  take(rows: readonly EntityFields[]): Promise<EntityFields[]>;
  /** What was kept, once the list is read. @throws RemoteError */
  rest(): AsyncIterable<EntityFields[]>;
}

const batchSize = 500;

/**
 * Reads the list of a task, of any length, and completes its rows. Nothing is to be made of them before the end.
 *
 * @throws RemoteError when it is not complete and valid, or what `onRows` threw
 */
export async function readCompleteRows(pass: ListPass, onRows: OnCompleteRows): Promise<void> {
  const { context, kind, task, list, call } = pass;
  const completer = completerFor(pass);
  const of = { query: list.query, parents: task.parents };
  await readListInBatches(context, kind, of, call, async (rows) => onRows(await completer.take(rows)));
  for await (const rows of completer.rest()) await onRows(rows);
}

async function* nothing(): AsyncGenerator<EntityFields[], undefined> {}

function completerFor(pass: ListPass): RowCompleter {
  const { kind, task, list } = pass;
  if (list.sort === 'view') return completerByLineage(pass);
  const named = kind.list.namesParent;
  if (named !== undefined && !(namedField(named) in task.parents)) return completerByName(pass, named);
  return { take: async (rows) => rows.map((row) => withAncestors(row, task.parents)), rest: nothing };
}

/** For rows that give their parent by name. Where several share a name, the narrow list of each tells whose rows are whose. */
function completerByName(pass: ListPass, named: NonNullable<ListCall['namesParent']>): RowCompleter {
  const { context, run, kind, task, call } = pass;
  const { query } = kind.list.narrow ?? kind.list;
  const field = namedField(named);
  let directory: ReturnType<typeof readDirectory> | undefined;
  const shared = new Set<number>();
  let kept: EntityFields[] = [];

  return {
    async take(rows) {
      directory ??= readDirectory(context, run, task, named);
      const { find } = await directory;
      const known: EntityFields[] = [];
      for (const row of rows) {
        const complete = withAncestors(row, task.parents);
        const ids = find(String(row[named.field]));
        if (ids.length <= 1) known.push({ ...complete, [field]: ids[0] ?? null });
        else {
          for (const id of ids) shared.add(id);
          kept.push(complete);
        }
      }
      return known;
    },

    async *rest() {
      const owners = new Map<unknown, number>();
      for (const id of shared) {
        const note = (rows: readonly EntityFields[]): void => {
          for (const row of rows) owners.set(row.id, id);
        };
        await readListInBatches(context, kind, { query, parents: { ...task.parents, [field]: id } }, call, note);
      }
      for (; kept.length > 0; kept = kept.slice(batchSize)) {
        yield kept.slice(0, batchSize).map((row) => ({ ...row, [field]: owners.get(row.id) ?? null }));
      }
    },
  };
}

/** For rows of a view: the ids follow from the parent that each row, or else what is known of it, names. */
function completerByLineage({ context: { store }, run, kind }: ListPass): RowCompleter {
  const { lineage } = kind;
  if (lineage === undefined) return { take: async (rows) => [...rows], rest: nothing };
  const [field, fields] = [parentField(lineage), ancestorFields(kinds[lineage])];
  let staged: ReturnType<typeof store.changes.inserted> | undefined;

  return {
    async take(rows) {
      const known = await store.production.many(
        kind.name,
        rows.map((row) => entityKey(kind, row)),
      );
      const before = new Map(known.map((entity) => [entity._id, entity]));
      const parentOf = (row: EntityFields): unknown => row[field] ?? before.get(entityKey(kind, row))?.[field];
      const ids = [...new Set(rows.map(parentOf))].map(String);
      staged ??= store.changes.inserted(run._id, lineage, ['id', ...fields]);
      const found = await store.production.fields(lineage, { _id: { $in: ids } }, fields);
      const parents = new Map<string, EntityFields>(found.map((entity) => [entity._id, entity]));
      for (const { key, after } of await staged) if (after !== null) parents.set(key, after);
      return rows.map((row) => withLineage(kind, row, { id: parentOf(row), above: parents }));
    },
    rest: nothing,
  };
}

function withLineage(
  { lineage }: EntityKind,
  row: EntityFields,
  { id, above }: { readonly id: unknown; readonly above: ReadonlyMap<string, EntityFields> },
): EntityFields {
  if (lineage === undefined) return row;
  const parent = above.get(String(id)) ?? {};
  const ids = ancestorFields(kinds[lineage]).map((name) => [name, parent[name] ?? null]);
  return remotePart({ ...row, ...Object.fromEntries(ids), [parentField(lineage)]: id ?? null });
}
