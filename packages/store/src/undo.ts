import {
  asRead,
  describeChange,
  type EntityFields,
  isGiven,
  type KindName,
  kindNames,
  kinds,
  planUndo,
  type UndoFact,
  type UndoStep,
} from '@broadstreet-sync/domain';
import type { Collections } from './collections.ts';
import { type Dependant, type DependantStore, refKey } from './dependants.ts';
import type { IntentDocument, ProductionDocument, TaskDocument } from './documents.ts';
import { taskId } from './tasks.ts';

/** An entity that an export has created and that nobody has undone yet. */
export interface MadeEntity {
  readonly kind: KindName;
  readonly key: string;
  readonly localId: string;
  readonly intent: IntentDocument;
  /** As production has it now; null when it is gone, or another's by now. */
  readonly current: ProductionDocument | null;
  /** As it was when it had been exported. */
  readonly exported: EntityFields;
}

const batchSize = 500;

/** What exports have created, for those who undo it. */
export function createUndo(
  { tasks, intents, history, production }: Collections,
  dependants: Pick<DependantStore, 'below' | 'childrenOfMany'>,
) {
  async function complete(kind: KindName, runId: string, made: readonly TaskDocument[]): Promise<MadeEntity[]> {
    const keys = made.flatMap(({ result }) => result?.remote_id ?? []);
    const subjects = made.map(({ subject }) => subject);
    const [ledger, documents, changes] = await Promise.all([
      // What was found rather than asked for was not made by anyone here.
      intents.find({ _id: { $in: subjects }, sent_at: { $ne: null } }).toArray(),
      production[kind].find({ _id: { $in: keys } }).toArray(),
      history.find({ run_id: runId, kind, key: { $in: keys }, operation: { $ne: 'remove' } }).toArray(),
    ]);
    const byLocal = new Map(ledger.map((intent) => [intent._id, intent]));
    const byKey = new Map(documents.map((document) => [document._id, document]));
    const exported = new Map(changes.map((change) => [change.key, change.after]));
    const stamps = await firstStamps(kind, keys);
    return made.flatMap(({ subject: localId, result }) => {
      const intent = byLocal.get(localId);
      const key = result?.remote_id;
      if (intent === undefined || key === undefined) return [];
      const current = byKey.get(key) ?? null;
      return [
        {
          kind,
          key,
          localId,
          intent,
          current: current?.sync.original_local_id === localId ? current : null,
          // Of a change whose history is not kept any more only what was sent is known.
          exported: { ...stamps.get(key), ...(exported.get(key) ?? asRead(kinds[kind], intent.payload)) },
        },
      ];
    });
  }

  /** The stamps that imports have read first of entities whose creation was answered without. */
  async function firstStamps(kind: KindName, keys: readonly string[]): Promise<Map<string, EntityFields>> {
    const { stamp } = kinds[kind];
    if (stamp === undefined) return new Map();
    const first = { kind, key: { $in: [...keys] }, operation: 'update' as const, fields: stamp };
    const changes = await history.find(first).sort({ at: -1 }).toArray();
    const found = changes.filter(({ before }) => !isGiven(before?.[stamp]));
    return new Map(found.map(({ key, after }) => [key, { [stamp]: after?.[stamp] }]));
  }

  const parts = {
    /** What a run has created of a kind and nobody has undone, in the order of its plan. */
    async made(runId: string, kind: KindName): Promise<MadeEntity[]> {
      const found: MadeEntity[] = [];
      let batch: TaskDocument[] = [];
      for await (const task of tasks.find({ ...madeBy(runId), kind }).sort({ order: 1, _id: 1 })) {
        batch.push(task);
        if (batch.length < batchSize) continue;
        found.push(...(await complete(kind, runId, batch)));
        batch = [];
      }
      return [...found, ...(await complete(kind, runId, batch))];
    },

    /** One of these; null where the run has not created it, or it was undone since. */
    async madeOne(runId: string, kind: KindName, localId: string): Promise<MadeEntity | null> {
      const _id = taskId({ run_id: runId, kind, action: 'create', subject: localId });
      const task = await tasks.findOne({ ...madeBy(runId), _id });
      const [made] = task === null ? [] : await complete(kind, runId, [task]);
      return made ?? null;
    },

    /** Those of the runs that have created something that is not undone. */
    async madeAny(runIds: readonly string[]): Promise<Set<string>> {
      if (runIds.length === 0) return new Set();
      return new Set(await tasks.distinct('run_id', { ...whatWasMade, run_id: { $in: [...runIds] } }));
    },

    /** Kinds of which a run has created something that is not undone. */
    async kindsMade(runId: string): Promise<KindName[]> {
      const found = await tasks.distinct('kind', madeBy(runId));
      return kindNames.filter((name) => found.includes(name));
    },

    /**
     * What the undo of a run would do now, children first.
     *
     * @param force what was changed since is removed too, with all that hangs on it
     */
    async plan(runId: string, force: boolean): Promise<UndoStep[]> {
      const made = (await Promise.all((await parts.kindsMade(runId)).map((kind) => parts.made(runId, kind)))).flat();
      const facts = made.map(factOf);
      const known = new Set(made.map(refKey));
      const others = force ? await dependants.below(made.filter(({ current }) => current !== null)) : [];
      const all = [...facts, ...others.filter((other) => !known.has(refKey(other))).map(factOfOther)];
      return planUndo(await withChildren(all), force);
    },
  };

  async function withChildren(facts: readonly UndoFact[]): Promise<UndoFact[]> {
    const children = new Map<string, readonly Dependant[]>();
    for (const [kind, group] of Map.groupBy(facts, (fact) => fact.kind)) {
      const found = await dependants.childrenOfMany(
        kind,
        group.filter(({ entity }) => entity !== null).map(({ key }) => key),
      );
      for (const [key, list] of found) children.set(refKey({ kind, key }), list);
    }
    return facts.map((fact) => ({ ...fact, children: children.get(refKey(fact)) ?? [] }));
  }

  return parts;
}

const whatWasMade = {
  action: 'create' as const,
  // Also what was settled when its task had ended.
  'result.remote_id': { $exists: true },
  'result.undone_by': { $exists: false },
};

function madeBy(runId: string) {
  return { ...whatWasMade, run_id: runId };
}

function factOf({ kind, key, localId, intent, current, exported }: MadeEntity): UndoFact {
  const change = current === null ? null : describeChange(kinds[kind], current, current.sync.edited, exported);
  const name = current?.name ?? intent.sent_name;
  return { kind, key, name: typeof name === 'string' ? name : null, localId, entity: current, change, children: [] };
}

function factOfOther({ kind, key, name, document }: Dependant): UndoFact {
  const localId = document.sync.original_local_id ?? null;
  return { kind, key, name, localId, entity: document, change: null, children: [] };
}

export type UndoStore = ReturnType<typeof createUndo>;
