import {
  ancestorFields,
  type EntityFields,
  kinds,
  type ListCall,
  normaliseName,
  parentField,
} from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** Ids of parents by the name that rows give: exact, or without case and outer blanks where that is enough. */
export interface ParentDirectory {
  /** One id; none where the name is unknown; several where they share it. */
  find(name: string): readonly number[];
}

/** A directory of names. Pure. */
export function parentDirectory(entries: readonly { id: number; name: string }[]): ParentDirectory {
  const exact = new Map<string, number[]>();
  const loose = new Map<string, number[]>();
  for (const { id, name } of entries) {
    exact.set(name, [...(exact.get(name) ?? []), id]);
    const normal = normaliseName(name);
    loose.set(normal, [...(loose.get(normal) ?? []), id]);
  }
  return { find: (name) => exact.get(name) ?? loose.get(normaliseName(name)) ?? [] };
}

/** The parents that rows of this scope may name, as the run leaves them. */
export async function readDirectory(
  context: SyncContext,
  run: RunDocument,
  task: TaskDocument,
  named: NonNullable<ListCall['namesParent']>,
): Promise<ParentDirectory> {
  const within = Object.fromEntries(
    Object.entries(task.parents).filter(([field]) => ancestorFields(kinds[named.kind]).includes(field)),
  );
  const { production, changes } = context.store;
  const [known, removed, inserted] = await Promise.all([
    production.fields(named.kind, within, ['id', 'name']),
    changes.keys(run._id, named.kind, 'remove'),
    changes.inserted(run._id, named.kind, ['id', 'name'], within, 'all'),
  ]);
  const gone = new Set(removed);
  const names = new Map<number, string>();
  for (const entity of known) if (!gone.has(entity._id)) keepName(names, entity);
  for (const change of inserted) if (change.after !== null) keepName(names, change.after);
  return parentDirectory([...names].map(([id, name]) => ({ id, name })));
}

function keepName(names: Map<number, string>, entity: EntityFields): void {
  if (typeof entity.id === 'number' && typeof entity.name === 'string') names.set(entity.id, entity.name);
}

/** The id field of the parent that rows name. */
export function namedField(named: NonNullable<ListCall['namesParent']>): string {
  return parentField(named.kind);
}
