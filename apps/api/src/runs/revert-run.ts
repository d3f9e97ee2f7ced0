import type { RevertPlanView } from '@broadstreet-sync/contract';
import {
  type EntityFields,
  entityKey,
  type KeptCode,
  type KindName,
  kindNames,
  kinds,
  parseEntityKey,
} from '@broadstreet-sync/domain';
import type { OnlyKeys, ReversalStep, RunDocument, RunRequest, Store } from '@broadstreet-sync/store';
import { remoteRefView } from '../entities/local-view.ts';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import { undoing } from './undo-run.ts';

/** An entity as a request names it. */
export interface NamedEntity {
  readonly kind: KindName;
  readonly id: number | string;
}

interface Wish {
  readonly force: boolean;
  /** Null: all that the run has changed. */
  readonly entities: readonly NamedEntity[] | null;
}

const mostNamed = 100;
const counters = { insert: 'inserted', update: 'updated', remove: 'removed' } as const;

const reasons: Readonly<Record<KeptCode, string>> = {
  gone: 'is not there any more',
  there_again: 'is there again',
  changed: 'was changed since',
};
const byForce = 'Look at it, and undo with "force": true to undo it all the same.';

/** What the undo of an import would do now. @throws ProblemError `invalid_input` for what names no entity */
export async function readRevertPlan(
  { history }: Pick<Store, 'history'>,
  run: RunDocument,
  { force, entities }: Wish,
): Promise<RevertPlanView> {
  const only = keysOf(entities);
  const changes: RevertPlanView['changes'] = {};
  const stays: RevertPlanView['stays'] = [];
  let total = 0;
  for (const kind of kindNames) {
    for await (const steps of history.reversals(run, kind, only, force)) {
      for (const { entry, reversal, current } of steps) {
        if (reversal.fate === 'reverted') {
          const before = changes[kind] ?? { inserted: 0, updated: 0, removed: 0 };
          const counter = counters[reversal.operation];
          changes[kind] = { ...before, [counter]: before[counter] + 1 };
          continue;
        }
        total += 1;
        if (stays.length < mostNamed) stays.push(stayOf(kind, { entry, current }, reversal.code));
      }
    }
  }
  return { run_id: run._id, force, changes, stays_total: total, stays };
}

function stayOf(
  kind: KindName,
  { entry, current }: Pick<ReversalStep, 'entry' | 'current'>,
  code: KeptCode,
): RevertPlanView['stays'][number] {
  const name = nameOf(current ?? entry.after ?? entry.before ?? {});
  const reason = `The ${kinds[kind].singular} ${reasons[code]}.`;
  const remedy = code === 'changed' ? byForce : null;
  return { ...remoteRefView({ kind, key: entry.key, name }), code, reason, remedy };
}

function nameOf({ name }: EntityFields): string | null {
  return typeof name === 'string' ? name : null;
}

/**
 * A run that undoes an import.
 *
 * @throws ProblemError `nothing_to_undo`; `invalid_input` for what names no entity
 */
export async function revertOf(
  store: Pick<Store, 'history'>,
  run: RunDocument,
  wish: Wish,
): Promise<Omit<RunRequest, 'idempotency_key'>> {
  const plan = await readRevertPlan(store, run, wish);
  const concerned = kindNames.filter((name) => plan.changes[name] !== undefined);
  if (concerned.length === 0) throw nothingToRevert(run, plan);
  const request = undoing(run, wish.force, concerned);
  const { entities } = wish;
  return entities === null ? request : { ...request, only: keysOf(entities), asked: { entities } };
}

function keysOf(entities: readonly NamedEntity[] | null): OnlyKeys {
  if (entities === null) return null;
  const keys: Partial<Record<KindName, string[]>> = {};
  const faults = entities.flatMap(({ kind, id }, at) => {
    const identity = parseEntityKey(kinds[kind], String(id));
    if (identity === null) return [{ path: `entities.${at}.id`, message: `must be ${kinds[kind].identity.join('-')}` }];
    keys[kind] = [...(keys[kind] ?? []), entityKey(kinds[kind], identity)];
    return [];
  });
  if (faults.length > 0) throw invalidInput(faults);
  return keys;
}

function nothingToRevert(run: RunDocument, plan: RevertPlanView): ProblemError {
  const why =
    plan.stays_total === 0
      ? 'has changed nothing in production that is meant, or its history is not kept any more'
      : `has changed nothing that can be undone now: ${plan.stays[0]?.reason ?? ''}`;
  return new ProblemError({ code: 'nothing_to_undo', detail: `The run ${run._id} ${why}`, extra: { plan } });
}
