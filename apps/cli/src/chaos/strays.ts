import { z } from 'zod';
import type { Exporting } from './play-export.ts';

/** Lists of what may hang on a row that is to be removed, and its removal. */
const requestsOfRemoval = 3;

/** What came of rows that were created twice. */
export interface Strays {
  /** Creates that were carried out beyond one for each draft. */
  readonly made: number;
  /** Requests that their removal explains. */
  readonly allowed: number;
  readonly faults: readonly string[];
}

const sweep = z.object({ result: z.object({ removed: z.array(z.string()).default([]) }).nullable() });

/** Every row that was created twice is removed, once, and the run's own tasks say so. */
export async function judgeStrays({ stage, drafts, run, after }: Exporting): Promise<Strays> {
  const writes = (await stage.account.journal(after)).filter(({ committed }) => committed);
  const made = writes.filter(({ method }) => method === 'POST').length - drafts.length;
  const removed = writes.filter(({ method }) => method === 'DELETE').length;
  const sweeps = await stage.db.collection('tasks').find({ run_id: run.id, action: 'sweep' }).toArray();
  const said = z
    .array(sweep)
    .parse(sweeps)
    .reduce((sum, { result }) => sum + (result?.removed.length ?? 0), 0);
  const faults = [
    ...(removed === made ? [] : [`${made} rows too many were created, and ${removed} removed`]),
    ...(said === made ? [] : [`${made} rows too many were created, and the run tells of ${said}`]),
  ];
  return { made, allowed: requestsOfRemoval * removed, faults };
}
