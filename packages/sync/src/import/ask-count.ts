import { setTimeout as delay } from 'node:timers/promises';
import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityKind, type ErrorCategory, kindNames, kinds, RemoteError } from '@broadstreet-sync/domain';
import type { CounterValues, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import type { ListPass } from './list-pass.ts';

const pollMs = 50;
/** How long another task may take to ask, beside the time of the request: it may have to wait for its slot. */
const patienceMs = 60_000;
/** The API does not have the count, or not in this form: then there is none to compare with. */
const withoutCount: readonly ErrorCategory[] = ['contract', 'dependency', 'validation'];

/**
 * How many rows the list of a task has by the count of the entity that it belongs to; the tasks of a run ask once for each
 * entity. Null where the API does not say.
 *
 * @param isFresh ask again, whatever is known
 * @throws RemoteError when the request fails for another reason than that there is no count
 */
export async function askCount({ context, kind, task, list, call }: ListPass, isFresh = false): Promise<number | null> {
  const { countedBy } = kind;
  if (countedBy === undefined || list.scope === 'account') return null;
  const owner = kinds[list.scope];
  const values = isFresh ? await ask(context, owner, task.subject, call) : await askOnce(context, owner, task, call);
  return values[countedBy] ?? null;
}

async function askOnce(
  context: SyncContext,
  owner: EntityKind,
  task: TaskDocument,
  call: CallContext,
): Promise<CounterValues> {
  const { counters } = context.store;
  const id = `${task.run_id}:${owner.name}:${task.subject}`;
  for (;;) {
    const claim = await counters.claim(id, task._id, context.limits.timeoutMs + patienceMs);
    if (typeof claim === 'object') return claim;
    if (claim === 'ask') {
      const values = await ask(context, owner, task.subject, call).catch(async (error: unknown) => {
        await counters.tell(id, null);
        throw error;
      });
      await counters.tell(id, values);
      return values;
    }
    await delay(pollMs, undefined, call.signal === undefined ? {} : { signal: call.signal });
  }
}

async function ask(context: SyncContext, owner: EntityKind, id: string, call: CallContext): Promise<CounterValues> {
  const { one } = owner;
  if (one === undefined) return {};
  try {
    const request = { path: one.path.replace(':id', id), envelope: one.envelope, row: owner.row };
    const row = await context.remote.get(request, call);
    const fields = kindNames.flatMap((name) =>
      kinds[name].list.scope === owner.name ? (kinds[name].countedBy ?? []) : [],
    );
    return Object.fromEntries(fields.map((field) => [field, countIn(row[field])]));
  } catch (error) {
    if (!(error instanceof RemoteError) || !withoutCount.includes(error.category)) throw error;
    context.log.warn({ path: error.path, code: error.code }, 'a list cannot be compared with the count of its rows');
    return {};
  }
}

function countIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}
