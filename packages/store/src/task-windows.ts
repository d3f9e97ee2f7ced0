import type { mongo } from 'mongoose';
import { byWindow, type Collections } from './collections.ts';
import type { TaskDocument } from './documents.ts';
import { openOf, type StagedKind } from './task-stages.ts';
import { inTransaction } from './transactions.ts';

/**
 * Puts the next tasks, by order, into a window, unless it has some already. Of several that fill it at once one does: they
 * would write the same tasks, and the others find it filled when their transaction is repeated.
 */
export function fillWindow(
  db: mongo.Db,
  { tasks }: Collections,
  { run, kind, stage }: StagedKind,
  window: number,
  size: number,
): Promise<void> {
  return inTransaction(db, async (session) => {
    const isFilled = await tasks.findOne({ run_id: run, kind, window }, { session, projection: { _id: 1 } });
    if (isFilled !== null) return;
    const next = tasks.find({ ...openOf(run, kind, stage), window: null }, { session, projection: { _id: 1 } });
    const ids = (await next.sort({ order: 1 }).hint(byWindow).limit(size).toArray()).map(
      (task: Pick<TaskDocument, '_id'>) => task._id,
    );
    await tasks.updateMany({ _id: { $in: ids }, window: null }, { $set: { window } }, { session });
  });
}
