import { differingFields, type EntityKind, remotePart } from '@broadstreet-sync/domain';
import type { ChangeSource, RunDocument, StagedChange } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { mergeEdits } from '../merge/merge-edits.ts';

/** Takes changes as they are found, and stages them many at a time. */
export interface Stage {
  add(changes: readonly StagedChange[]): Promise<void>;
  /** Stages what is left. */
  end(): Promise<void>;
}

const batchSize = 1000;

export function createStage({ store }: SyncContext, run: RunDocument, kind: EntityKind, source: ChangeSource): Stage {
  let held: StagedChange[] = [];

  async function flush(): Promise<void> {
    const changes = held;
    held = [];
    if (changes.length > 0) await store.changes.add(source, await withBefore(changes));
  }

  /** With what they are made to, and of updates the fields that differ and those that were edited here too. */
  async function withBefore(changes: readonly StagedChange[]): Promise<StagedChange[]> {
    const keys = changes.filter(({ expects }) => expects !== null).map(({ key }) => key);
    const found = keys.length === 0 ? [] : await store.production.many(kind.name, keys);
    const entities = new Map(found.map((document) => [document._id, document]));
    return changes.map((change) => {
      const entity = entities.get(change.key);
      const before = entity === undefined ? null : remotePart(entity);
      if (entity === undefined || before === null || change.after === null) return { ...change, before };
      // A fresh import drops what was edited, and asks nobody.
      const edits = run.mode === 'fresh' ? null : mergeEdits(kind, entity, change.after, run.conflicts);
      const conflicts = edits === null || edits.conflicts.length === 0 ? {} : { conflicts: [...edits.conflicts] };
      return { ...change, before, fields: differingFields(before, change.after), ...conflicts };
    });
  }

  return {
    async add(changes) {
      for (const change of changes) held.push(change);
      if (held.length >= batchSize) await flush();
    },
    end: flush,
  };
}
