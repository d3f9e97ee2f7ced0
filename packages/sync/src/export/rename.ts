import { type ErrorRecord, normaliseName } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext, TaskOutcome } from '../context.ts';
import { endFailedRead, putBack } from '../end-attempt.ts';
import { readList } from '../list-call.ts';
import { stopOutdated } from './check-plan.ts';
import { chooseNames } from './choose-names.ts';
import type { CreatePass } from './create-entity.ts';
import { nameKey, nameScope } from './name-scope.ts';
import { listedNames } from './read-names.ts';
import { noteError, overtaken, refuse } from './refuse.ts';
import { reopenRefused } from './reopen-late.ts';
import { keyedRows } from './settle-parent.ts';

/**
 * The API refused a name. If the parent's list has it, somebody made it since: the entity gets another and is sent once
 * more; else the name is wrong in itself, and the entity stays local. Where that may have been an earlier request of its
 * own, which came late, it is looked for instead.
 *
 * The intent is put back before the list is asked for: left as sent it would, after a crash, adopt the very row that has
 * taken its name.
 */
export async function rename(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  error: ErrorRecord,
): Promise<TaskOutcome> {
  const { kind, run, meter, signal } = pass;
  const scope = nameScope(kind, intent.parents);
  const [field] = kind.unique;
  if (field === undefined || intent.name === null || intent.sent_name === null)
    return refuse(context, pass, intent, error);
  const planned = await context.store.intents.backToPlanned(intent._id, intent.fence);
  if (planned === null) return overtaken(context, pass);
  let rows: Awaited<ReturnType<typeof readList>>;
  try {
    rows = await readList(
      context,
      kind,
      { ...intent.ancestors, ...intent.parents },
      { meter, signal },
      { isNarrow: true },
    );
  } catch (failure) {
    return endFailedRead(context, pass.task, failure, meter.counts(), (record) => noteError(context, pass, record));
  }
  if ((await reopenRefused(context, kind, planned, keyedRows(kind, planned, rows))) !== null) {
    return putBack(context, pass.task, { delayMs: 0, failedAttempt: false, error }, meter.counts());
  }
  const claimed = await context.store.intents.claim(intent._id, context.owner, context.limits.timeoutMs);
  if (claimed === null || claimed === 'twin') return overtaken(context, pass);
  const taken = new Set(
    listedNames(kind, rows)
      .filter((listed) => listed.field === field)
      .map(({ value }) => value),
  );
  if (!taken.has(normaliseName(intent.sent_name))) return refuse(context, pass, claimed, error);
  if (run.from_plan !== undefined) return refusePlanned(context, pass, claimed, run.from_plan);
  for (;;) {
    const reserved = await context.store.names.reserved(scope);
    const others = new Set(reserved.filter(({ owner }) => owner !== intent._id).map(({ _id }) => _id));
    const isTaken = (normal: string) => taken.has(normal) || others.has(`${scope}:${field}:${normal}`);
    const [choice] = chooseNames([{ owner: intent._id, name: intent.name }], isTaken);
    if (choice === undefined) return refuse(context, pass, claimed, error);
    const claim = { field, value: choice.normal, owner: intent._id };
    if ((await context.store.names.reserve(run._id, scope, [claim])).length > 0) continue;
    await context.store.intents.renamed(claimed._id, claimed.fence, {
      sent_name: choice.name,
      name_key: nameKey(scope, choice.normal),
      payload: { ...claimed.payload, [field]: choice.name },
      run_id: run._id,
    });
    return putBack(context, pass.task, { delayMs: 0, failedAttempt: false, error }, meter.counts());
  }
}

/** A plan is carried out exactly: an entity whose planned name is taken by now gets no other, and the run goes no further. */
async function refusePlanned(
  context: SyncContext,
  pass: CreatePass,
  intent: IntentDocument,
  planId: string,
): Promise<TaskOutcome> {
  const { _id: subject, sent_name: name } = intent;
  const detail = 'the name that it was to have is taken by now';
  const error = await stopOutdated(context, pass.run, planId, [
    { kind: pass.kind.name, subject, name, change: 'renamed', detail },
  ]);
  return refuse(context, pass, intent, error);
}
