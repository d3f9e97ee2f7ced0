import { setTimeout as delay } from 'node:timers/promises';
import { simulator } from '@broadstreet-sync/testkit';
import type { Run } from '../chaos/api-client.ts';
import type { Stage } from '../chaos/stage.ts';
import { draftLike } from './drafts.ts';

const lookMs = 1000;
/** A worker is paused for this part of the time, from this part on. */
const [pausedFrom, pausedFor] = [0.3, 0.1];
const operations: readonly Run['operation'][] = ['import', 'export'];
const howMany = 2;

/**
 * Has an import and an export under way and one of each behind them for a time, in which a worker is paused and resumed.
 *
 * @returns when it began and ended, with the first requests made and the last still to come
 */
export async function keepBusy(stage: Stage, seconds: number): Promise<{ from: number; to: number }> {
  const { account, api, crew } = stage;
  await draftLocals(stage);
  const open = new Map<Run['operation'], string[]>(operations.map((operation) => [operation, []]));
  async function follow(): Promise<void> {
    for (const [operation, ids] of open) {
      const states = await Promise.all(ids.map((id) => api.run(id)));
      const left = states.filter(({ ended_at }) => ended_at === null).map(({ id }) => id);
      while (left.length < howMany) {
        left.push((await api.start(operation, { isBehind: true, confirm: ['networks'] })).id);
      }
      open.set(operation, left);
    }
  }
  await follow();
  while ((await account.stats()).total === 0) await delay(20);
  const from = Date.now();
  const [paused] = crew.workers;
  const until = async (part: number) => {
    while (Date.now() < from + seconds * 1000 * part) {
      await follow();
      await delay(lookMs);
    }
  };
  await until(pausedFrom);
  paused?.app.signal('SIGSTOP');
  await until(pausedFrom + pausedFor);
  paused?.app.signal('SIGCONT');
  await until(1);
  return { from, to: Date.now() };
}

/** More local entities than are exported in the time. */
async function draftLocals({ account, db, queuePrefix }: Stage): Promise<void> {
  const url = new URL(account.apiUrl).origin;
  const like = simulator(url, `${queuePrefix}-like`);
  await like.create({ account: 'L', scale: 6 });
  await draftLike(db, await like.state());
}
