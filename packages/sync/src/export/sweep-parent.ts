import type { CallContext } from '@broadstreet-sync/broadstreet';
import { type EntityKind, ownFields, RemoteError } from '@broadstreet-sync/domain';
import type { IntentDocument } from '@broadstreet-sync/store';
import { createMeter, type SyncContext } from '../context.ts';
import { contentHash } from '../row.ts';
import { makerOf, openCreates } from './open-creates.ts';
import { promoteCreated } from './promote-intent.ts';
import { reopen } from './reopen-late.ts';
import { freeRows, listedScope, type Place, readSiblings, unknownBefore, withParent } from './settle-parent.ts';
import { type FoundRow, settleStrays } from './settle-strays.ts';
import { settleMsOf } from './times.ts';
import { bearsName, isAsSent, isCertain, isDoomed, type KeyedRow, tracesOf, writtenOffOf } from './traces.ts';

export interface SweepFindings {
  readonly found: readonly FoundRow[];
  /** Keys of rows that proved to be what a local entity became. */
  readonly adopted: readonly string[];
  /** Forgets that the parent is to be looked at; to be called when the findings are reported. */
  close(): Promise<void>;
}

/** What a sweep of one parent has in hand. */
export interface Sweep {
  readonly context: SyncContext;
  readonly kind: EntityKind;
  /** In whose name: what it finds is this run's to report. */
  readonly runId: string;
  readonly call: CallContext;
}

/**
 * Looks at a parent once more for what requests have left in it that were written off, or that an overtaken process sent:
 * of each create one row counts, the others are strays. A stray is removed where the API can and nothing refers to it. What
 * a create whose outcome is open may have made is neither: that is looked at again when it is known.
 * Done again, after a crash at any point, it comes to the same.
 *
 * @returns null while another process is at the parent
 * @throws RemoteError
 */
export async function sweepParent(sweep: Sweep, place: Place): Promise<SweepFindings | null> {
  const { context, kind } = sweep;
  const { strays } = context.store;
  const held = { parents: place.parents, holder: `sweep:${context.owner}` };
  const done = await withParent(context, kind, held, async () => {
    const due = await strays.dueWithin(kind.name, listedScope(kind, place));
    const rows = due.length === 0 ? [] : await readOrGone(sweep, place);
    if (rows === null) return { found: [], adopted: [], looked: due };
    const open = await openCreates(context, kind, place);
    let pool = await freeRows(context, kind, rows);
    const found: FoundRow[] = [];
    const adopted: string[] = [];
    const looked: IntentDocument[] = [];
    for (const intent of due) {
      const begun = rows.filter(({ key }) => isDoomed(intent, key));
      const traces = await tracesIn(sweep, intent, pool);
      const makers = traces.map((row) => makerOf(kind, open, row));
      // What may be another's is left alone until that is known; of a parked one only a person finds out.
      if (makers.some((maker) => maker !== undefined && maker.state !== 'parked')) {
        await strays.postpone(intent._id, settleMsOf(context.limits));
        continue;
      }
      const disputed = traces.filter((_, at) => makers[at] !== undefined);
      const clear = traces.filter((row) => !disputed.includes(row));
      pool = pool.filter((row) => !traces.includes(row));
      const beside = await settleOwn(sweep, intent, clear);
      if (beside.adopted !== null) adopted.push(beside.adopted);
      found.push(...(await settleStrays(sweep, intent, { strays: [...begun, ...beside.strays], disputed })));
      looked.push(intent);
    }
    return { found, adopted, looked };
  });
  if (done === null) return null;
  const { found, adopted, looked } = done.did;
  const close = async (): Promise<void> => {
    for (const intent of looked) await strays.swept(intent);
  };
  return { found, adopted, close };
}

/** The rows of a parent; null when it is gone, and all that hung on it with it. @throws RemoteError */
async function readOrGone({ context, kind, call }: Sweep, place: Place): Promise<KeyedRow[] | null> {
  try {
    return await readSiblings(context, kind, place, call);
  } catch (error) {
    if (error instanceof RemoteError && error.category === 'dependency') return null;
    throw error;
  }
}

/** What an intent may have left, without what was there before it sent anything. */
async function tracesIn(
  { context, kind }: Sweep,
  intent: IntentDocument,
  pool: readonly KeyedRow[],
): Promise<KeyedRow[]> {
  const traces = tracesOf(kind, intent, pool);
  const certain = traces.filter(({ key }) => isCertain(intent, key));
  const others = traces.filter((row) => !certain.includes(row));
  const fresh = await unknownBefore(context, kind, intent, others);
  return traces.filter((row) => certain.includes(row) || fresh.includes(row));
}

/** Tells the row that counts from those beside it; what an intent has made late becomes its own. */
async function settleOwn(
  sweep: Sweep,
  intent: IntentDocument,
  traces: readonly KeyedRow[],
): Promise<{ readonly adopted: string | null; readonly strays: readonly KeyedRow[] }> {
  const [first, ...others] = traces;
  if (intent.remote_id !== null) {
    // Where rows have no id, its own is among them.
    return { adopted: null, strays: sweep.kind.identity.includes('id') ? traces : others };
  }
  const isSent = first !== undefined && (isCertain(intent, first.key) || isAsSent(sweep.kind, intent, first));
  const isOwn = isSent && (await adoptLate(sweep, intent, first));
  return isOwn ? { adopted: first.key, strays: others } : { adopted: null, strays: traces };
}

/** Makes a late row what its local entity became, unless the draft is another by now, or has been sent again. */
async function adoptLate({ context, kind }: Sweep, intent: IntentDocument, late: KeyedRow): Promise<boolean> {
  const { key, row } = late;
  const { intents, locals, tasks } = context.store;
  const draft = await locals.get(kind.name, intent._id);
  const content = draft === null ? null : contentHash(ownFields(kind, draft));
  const same = writtenOffOf(intent).filter((each) => content === null || each.content === content);
  const sent =
    same.find(({ name, before_ids }) => bearsName(kind, { ...intent, sent_name: name, before_ids }, late)) ?? same[0];
  const reopened = sent === undefined ? null : await reopen(context, kind, intent, sent);
  const created = reopened === null ? null : await intents.created(intent._id, reopened.fence, key, row);
  if (created === null) return false;
  const { run_id: runId, _id: subject } = intent;
  const task = await tasks.of({ run_id: runId, kind: kind.name, action: 'create', subject });
  await promoteCreated(context, kind, created, { runId, taskId: task?._id ?? '', counts: createMeter().counts() });
  context.log.info({ kind: kind.name, local: subject, remote: key }, 'adopted what was created late');
  return true;
}
