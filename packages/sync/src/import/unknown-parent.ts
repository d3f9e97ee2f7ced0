import { type EntityKind, type ErrorRecord, kindNames, kinds, parentField } from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { chooseList, fieldsOfScope } from './lists.ts';
import { filtersOfRun } from './select-scopes.ts';

/** Stops a run that has no list to read because a filter names an entity that neither production nor the account has. */
export async function refuseUnknownParent(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<void> {
  const filters = filtersOfRun(run, kind);
  const fields = fieldsOfScope(chooseList(kind, filters));
  for (const name of kindNames.filter((candidate) => fields.includes(parentField(candidate)))) {
    const id = filters.parents[parentField(name)];
    if (id === undefined) continue;
    const { production, changes, runs } = context.store;
    const [known, read] = await Promise.all([
      production.get(name, String(id)),
      changes.inserted(run._id, name, ['id'], { id }),
    ]);
    if (known === null && read.length === 0) {
      await runs.requestStop(run._id, 'failed', unknownParent(context, `${kinds[name].singular} ${id}`));
      return;
    }
  }
}

function unknownParent({ remote }: SyncContext, what: string): ErrorRecord {
  return {
    category: 'dependency',
    code: 'unknown_parent',
    message: `There is no ${what} in the account at ${remote.baseUrl}, as far as this installation reads it.`,
    remedy: 'Check the id in the filter; if BROADSTREET_NETWORKS is set, its network must be named there.',
  };
}
