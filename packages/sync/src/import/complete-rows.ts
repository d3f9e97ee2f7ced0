import type { CallContext } from '@broadstreet-sync/broadstreet';
import type { EntityFields, EntityKind, ListCall } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { readListInBatches } from '../list-call.ts';
import { withAncestors } from '../row.ts';
import { namedField, readDirectory } from './named-parents.ts';

/** One list task at work. */
export interface ListPass {
  readonly context: SyncContext;
  readonly run: RunDocument;
  readonly kind: EntityKind;
  readonly task: TaskDocument;
  readonly call: CallContext;
}

/** Adds to rows what lists leave out: the ids of their ancestors. */
export interface RowCompleter {
  /** Those whose ancestors are known; the others are kept. */
  take(rows: readonly EntityFields[]): Promise<EntityFields[]>;
  /** What was kept, once the list is read. @throws RemoteError */
  rest(): AsyncIterable<EntityFields[]>;
}

const batchSize = 500;

export function createRowCompleter(pass: ListPass): RowCompleter {
  const { kind, task } = pass;
  const named = kind.list.namesParent;
  if (named !== undefined && !(namedField(named) in task.parents)) return completerByName(pass, named);
  return {
    take: async (rows) => rows.map((row) => withAncestors(row, task.parents)),
    async *rest() {},
  };
}

/** For rows that give their parent by name. Where several share a name, the narrow list of each tells whose rows are whose. */
function completerByName(pass: ListPass, named: NonNullable<ListCall['namesParent']>): RowCompleter {
  const { context, run, kind, task, call } = pass;
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
        await readListInBatches(context, kind, { ...task.parents, [field]: id }, call, note, true);
      }
      for (; kept.length > 0; kept = kept.slice(batchSize)) {
        yield kept.slice(0, batchSize).map((row) => ({ ...row, [field]: owners.get(row.id) ?? null }));
      }
    },
  };
}
