import { type EntityFields, type KindName, kindNames } from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import type { IntentDocument, ProductionDocument, TaskDocument } from './documents.ts';

/** An entity that an export has created and that nobody has undone yet. */
export interface MadeEntity {
  readonly kind: KindName;
  readonly key: string;
  readonly localId: string;
  readonly intent: IntentDocument;
  /** As production has it now; null when it is gone, or another's by now. */
  readonly current: ProductionDocument | null;
  /** As it was when it had been exported; null where no history is kept. */
  readonly exported: EntityFields | null;
}

const batchSize = 500;

/** What exports have created, for those who undo it. */
export function createUndo({ tasks, intents, history, production }: Collections) {
  async function complete(kind: KindName, runId: string, made: readonly TaskDocument[]): Promise<MadeEntity[]> {
    const keys = made.flatMap(({ result }) => result?.remote_id ?? []);
    const subjects = made.map(({ subject }) => subject);
    const [ledger, documents, changes] = await Promise.all([
      // What was found rather than asked for was not made by anyone here.
      intents.find({ _id: { $in: subjects }, sent_at: { $ne: null } }).toArray(),
      production[kind].find({ _id: { $in: keys } }).toArray(),
      history.find({ run_id: runId, kind, key: { $in: keys } }).toArray(),
    ]);
    const byLocal = new Map(ledger.map((intent) => [intent._id, intent]));
    const byKey = new Map(documents.map((document) => [document._id, document]));
    const exported = new Map(changes.map((change) => [change.key, change.after]));
    return made.flatMap(({ subject: localId, result }) => {
      const intent = byLocal.get(localId);
      const key = result?.remote_id;
      if (intent === undefined || key === undefined) return [];
      const current = byKey.get(key) ?? null;
      const isOurs = current?.sync.original_local_id === localId;
      return [{ kind, key, localId, intent, current: isOurs ? current : null, exported: exported.get(key) ?? null }];
    });
  }

  return {
    /** What a run has created of a kind, in the order of its plan. */
    async made(runId: string, kind: KindName): Promise<MadeEntity[]> {
      const filter = {
        run_id: runId,
        kind,
        action: 'create' as const,
        state: 'completed' as const,
        'result.undone_by': { $exists: false },
      };
      const found: MadeEntity[] = [];
      let batch: TaskDocument[] = [];
      for await (const task of tasks.find(filter).sort({ order: 1, _id: 1 })) {
        batch.push(task);
        if (batch.length < batchSize) continue;
        found.push(...(await complete(kind, runId, batch)));
        batch = [];
      }
      return [...found, ...(await complete(kind, runId, batch))];
    },

    /** Kinds of which a run has created something that is not undone. */
    async kindsMade(runId: string): Promise<KindName[]> {
      const filter = { run_id: runId, action: 'create' as const, state: 'completed' as const };
      const found = await tasks.distinct('kind', { ...filter, 'result.undone_by': { $exists: false } });
      return kindNames.filter((name) => found.includes(name));
    },
  };
}

export type UndoStore = ReturnType<typeof createUndo>;
