import { api, type RunView } from '@broadstreet-sync/contract';
import { hasEnded, kinds, scopeId } from '@broadstreet-sync/domain';
import type { Drift, HoldDocument, RunDocument } from '@broadstreet-sync/store';
import { type Binding, bind } from '../http/bind.ts';
import { invalidInput, ProblemError } from '../http/problem-error.ts';
import type { ApiParts } from '../parts.ts';
import { type AwaitParts, answerRun, enqueueRun } from './await-run.ts';
import { isPublishable } from './run-view.ts';
import { findRun } from './stop-run.ts';
import { runInProgress } from './trigger.ts';

interface PublicationParts extends Pick<ApiParts, 'store' | 'queues' | 'log'>, Omit<AwaitParts, 'store'> {}

/** What has imports publish what they have kept back: dry runs, and lists that are held. */
export function bindPublication(parts: PublicationParts): Binding[] {
  return [
    ...bind(api.publishRun, async ({ params, query }, http) => {
      return answerRun(parts, await publishRun(parts, params.id), query.wait, http);
    }),
    ...bind(api.confirmRun, async ({ params, query, body }, http) => {
      return answerRun(parts, await confirmRun(parts, params.id, body?.scopes), query.wait, http);
    }),
  ];
}

/**
 * Has a dry run published. One that is, or is just being, stays as it is.
 *
 * @throws ProblemError where there is nothing to publish, production has moved on, or another import is under way
 */
async function publishRun(parts: PublicationParts, id: string): Promise<RunDocument> {
  const { store } = parts;
  const run = await findRun(store, id);
  if (run.operation !== 'import' || !run.dry_run) {
    throw nothingToPublish(`The run ${id} is no dry run of an import: it has published what it found.`);
  }
  if (run.published_at !== null || run.status === 'publishing') return run;
  if (!hasEnded(run.status)) throw notEnded(run);
  if (run.status === 'failed' || run.status === 'cancelled') {
    throw nothingToPublish(`The run ${id} has ${run.status}: it has found nothing that could be published.`);
  }
  if (!isPublishable(run)) throw forgotten(run);
  refuseDrift(run, await store.drift(run, null));
  const reopened = await store.runs.reopen(id);
  if (reopened === 'busy') throw await underWay(parts, run);
  if (reopened === null) return publishRun(parts, id);
  parts.log.info({ run: id }, 'the dry run is published');
  await enqueueRun(parts, reopened);
  return reopened;
}

/**
 * Has held lists published, and what hangs on them. Those that are, or are just being, stay as they are.
 *
 * @param scopes all when not given
 * @throws ProblemError where nothing is held, a later import has read the list, production has moved on, or another import
 * is under way; `invalid_input` for lists that the run does not hold
 */
async function confirmRun(
  parts: PublicationParts,
  id: string,
  scopes: readonly string[] | undefined,
): Promise<RunDocument> {
  const { store } = parts;
  const run = await findRun(store, id);
  if (!hasEnded(run.status) && run.status !== 'publishing') throw notEnded(run);
  const holds = await store.holds.of(id);
  const wanted = choose(run, holds, scopes);
  const waiting = withoutLoose(
    wanted.filter(({ state }) => state === 'held'),
    holds,
  );
  if (waiting.length === 0) return explainNothing(run, wanted);
  if (run.dry_run && run.published_at === null) {
    throw nothingHeld(`The run ${id} is a dry run that is not published: publish it, then confirm what it holds.`);
  }
  if (run.status === 'publishing') {
    const detail = `The run ${id} is publishing other lists: wait for its end, then confirm these.`;
    throw new ProblemError({ code: 'run_publishing', detail });
  }
  const tasks = waiting.map(({ task_id }) => task_id);
  refuseDrift(run, await store.drift(run, tasks));
  const confirmed = await store.holds.confirm(
    run,
    waiting.map(({ _id }) => _id),
  );
  if (confirmed.outcome === 'busy') throw await underWay(parts, run);
  if (confirmed.outcome === 'moved_on') return confirmRun(parts, id, scopes);
  parts.log.info({ run: id, lists: waiting.map(scopeOf) }, 'held lists are published');
  await enqueueRun(parts, confirmed.run);
  return confirmed.run;
}

function scopeOf({ kind, scope }: HoldDocument): string {
  return scopeId(kind, scope);
}

/** The holds that are meant, with those that are published with them. @throws ProblemError `invalid_input` */
function choose(
  run: RunDocument,
  holds: readonly HoldDocument[],
  scopes: readonly string[] | undefined,
): readonly HoldDocument[] {
  if (scopes === undefined) return holds;
  const known = new Map(holds.map((hold) => [scopeOf(hold), hold]));
  const named = new Set(scopes);
  const faults = scopes.flatMap((scope, at) => {
    const path = `scopes.${at}`;
    const hold = known.get(scope);
    if (hold === undefined) return [{ path, message: `${scope} is not held by the run ${run._id}` }];
    const missing = hold.needs.filter((need) => !named.has(need) && known.get(need)?.state === 'held');
    return missing.length === 0 ? [] : [{ path, message: `${scope} hangs on ${missing.join(', ')}: name that too` }];
  });
  if (faults.length > 0) throw invalidInput(faults);
  for (;;) {
    const more = holds.filter((hold) => !named.has(scopeOf(hold)) && goesWith(hold, named));
    if (more.length === 0) return holds.filter((hold) => named.has(scopeOf(hold)));
    for (const hold of more) named.add(scopeOf(hold));
  }
}

/** Without what hangs on lists that are held no more, and were not published: they may not be there at all. */
function withoutLoose(waiting: readonly HoldDocument[], holds: readonly HoldDocument[]): readonly HoldDocument[] {
  const sure = new Set(holds.filter(({ state }) => state === 'published' || state === 'confirmed').map(scopeOf));
  for (const hold of waiting) sure.add(scopeOf(hold));
  const firm = waiting.filter(({ needs }) => needs.every((need) => sure.has(need)));
  return firm.length === waiting.length ? firm : withoutLoose(firm, holds);
}

/** Nothing else is odd about it than that it hangs on lists that are held. */
function goesWith({ reasons, needs }: HoldDocument, named: ReadonlySet<string>): boolean {
  return reasons.every(({ code }) => code === 'held_with') && needs.every((need) => named.has(need));
}

/** The run, where all that was meant is published or on its way; else why it cannot be. */
function explainNothing(run: RunDocument, wanted: readonly HoldDocument[]): RunDocument {
  const replaced = wanted.find(({ state }) => state === 'replaced');
  if (replaced !== undefined) throw holdReplaced(run, replaced);
  const loose = wanted.find(({ state }) => state === 'held');
  if (loose !== undefined) throw holdReplaced(run, loose);
  if (wanted.some(({ state }) => state === 'expired')) throw forgotten(run);
  if (wanted.length === 0) throw nothingHeld(`The run ${run._id} holds nothing: there is nothing to confirm.`);
  return run;
}

const mostTold = 5;

/** @throws ProblemError `production_moved_on` */
function refuseDrift(run: RunDocument, { total, items }: Drift): void {
  if (total === 0) return;
  const told = items.slice(0, mostTold).map(({ kind, key }) => `${kinds[kind].singular} ${key}`);
  const more = total > told.length ? ` and ${total - told.length} more` : '';
  const detail = `Since the run ${run._id} read the lists, production has changed: ${told.join(', ')}${more}. Import again.`;
  throw new ProblemError({ code: 'production_moved_on', detail, extra: { changed: items, changed_total: total } });
}

async function underWay({ store, views }: PublicationParts, run: RunDocument): Promise<ProblemError> {
  const { items } = await store.runs.list({ slot: run.operation }, 0, 1);
  const [holder] = items;
  const shown: RunView = await views.one(holder ?? run);
  return runInProgress(shown);
}

function notEnded(run: RunDocument): ProblemError {
  const detail = `The run ${run._id} is ${run.status}: wait for its end.`;
  return new ProblemError({ code: 'run_not_ended', detail });
}

function nothingToPublish(detail: string): ProblemError {
  return new ProblemError({ code: 'nothing_to_publish', detail });
}

function nothingHeld(detail: string): ProblemError {
  return new ProblemError({ code: 'nothing_held', detail });
}

function holdReplaced(run: RunDocument, hold: HoldDocument): ProblemError {
  const by = hold.replaced_by;
  const told = by === null ? `what ${scopeOf(hold)} hangs on` : scopeOf(hold);
  const detail = `A later import has read ${told}: what the run ${run._id} found there no longer counts.`;
  return new ProblemError({ code: 'hold_replaced', detail, extra: { replaced_by: by } });
}

function forgotten(run: RunDocument): ProblemError {
  const detail = `What the run ${run._id} had not published is not kept any more: import again.`;
  return new ProblemError({ code: 'change_set_forgotten', detail });
}
