import { differingFields, type EntityKind, remotePart } from '@broadstreet-sync/domain';
import type { ChangeSource, StagedChange } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** Takes changes as they are found, and stages them many at a time. */
export interface Stage {
  add(changes: readonly StagedChange[]): Promise<void>;
  /** Stages what is left. */
  end(): Promise<void>;
}

const batchSize = 1000;

export function createStage({ store }: SyncContext, kind: EntityKind, source: ChangeSource): Stage {
  let held: StagedChange[] = [];

  async function flush(): Promise<void> {
    const changes = held;
    held = [];
    if (changes.length > 0) await store.changes.add(source, await withBefore(changes));
  }

  /** With what they are made to, and of updates the fields that differ. */
  async function withBefore(changes: readonly StagedChange[]): Promise<StagedChange[]> {
    const keys = changes.filter(({ expects }) => expects !== null).map(({ key }) => key);
    const found = keys.length === 0 ? [] : await store.production.many(kind.name, keys);
    const befores = new Map(found.map((document) => [document._id, remotePart(document)]));
    return changes.map((change) => {
      const before = befores.get(change.key) ?? null;
      if (before === null || change.after === null) return { ...change, before };
      return { ...change, before, fields: differingFields(before, change.after) };
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
