import { setTimeout as delay } from 'node:timers/promises';
import { endedRunStates } from '@broadstreet-sync/contract';
import type { ApiClient, Run } from './api-client.ts';

const imported = new Set(['succeeded', 'partial', 'held']);
const ended: ReadonlySet<string> = new Set(endedRunStates);

/** Whether this store has seen an import; without one there is nothing to look at. */
export async function isEverImported(api: ApiClient): Promise<boolean> {
  return (await api.runs()).some(({ operation, status }) => operation === 'import' && imported.has(status));
}

/** Imports everything and calls `show` with the progress as it moves; resolves with the run when it has ended. */
export async function importWithProgress(api: ApiClient, show: (progress: string) => void): Promise<Run> {
  let run = await api.importAll();
  for (;;) {
    show(describeProgress(run));
    if (ended.has(run.status)) return run;
    await delay(250);
    run = await latest(api, run);
  }
}

/** An API that does not answer is being started again: what it said last stands until then. */
async function latest(api: ApiClient, run: Run): Promise<Run> {
  try {
    return await api.run(run.id);
  } catch (error) {
    // What fetch throws where there is no connection.
    if (error instanceof TypeError) return run;
    throw error;
  }
}

/**
 * `networks 1/1 · advertisers 2/7 · zones … · about 12 s left`: tasks that are decided, of all; `…` where they are not
 * counted yet.
 */
export function describeProgress({ kinds, eta_seconds }: Pick<Run, 'kinds' | 'eta_seconds'>): string {
  const progress = Object.entries(kinds).map(([kind, { total, completed, failed, blocked, skipped }]) =>
    total === null ? `${kind} …` : `${kind} ${completed + failed + blocked + skipped}/${total}`,
  );
  const left = eta_seconds ? [`about ${eta_seconds} s left`] : [];
  return [...progress, ...left].join(' · ');
}
