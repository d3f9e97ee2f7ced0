import { waitUntil } from '@broadstreet-sync/services';
import type { Draft } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, startWorkers } from '../play-export.ts';
import { countExtra, lastRequest } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds, type MadeDraft, type Stage } from '../stage.ts';

/** Between the instants at which a request is written off and at which it is looked for once more lie ten seconds. */
const env = { BROADSTREET_TIMEOUT_MS: '15000', BROADSTREET_SETTLE_MS: '8000' };
/** Before it is looked for: the time of a list of names. */
const aheadMs = 1500;
/** A row of some seventy bytes takes longer than the workers let pass between two looks. */
const slowly = { type: 'slow', bytes_per_second: 8 } as const;
const soon = 120_000;

/** A sweep of what was written off meets rows of the same names whose creates are being answered: it leaves them alone. */
export const madeAgain: Scenario = {
  name: 'made-again',
  test: null,
  fault: 'drafts are made again beside lost ones of their names, which are looked for while those are answered',
  sizes: { short: { times: 1, entities: 4 }, full: { times: 5, entities: 4 } },
  play: playMadeAgain,
};

async function playMadeAgain(play: Play): Promise<Finding> {
  const { size, longestMs } = play;
  return onStage(play, { env }, async (stage) => {
    await startWorkers(stage, 2);
    const { network } = await layGrounds(stage);
    await stage.importAll();
    const made: MadeDraft[] = [];
    const faults: string[] = [];
    const after = await lastRequest(stage);
    for (let time = 0; time < size.times; time += 1) {
      const drafts = draftsOf(time, size.entities, network);
      await loseAll(stage, drafts);
      await untilAlmostDue(stage);
      const since = await lastRequest(stage);
      const again = await stage.make(drafts);
      await stage.account.addFault({ method: 'POST', count: drafts.length, fault: slowly });
      const run = await stage.api.start('export');
      await stage.api.endedAs('succeeded', run.id, longestMs);
      faults.push(...(await faultsOf(stage, since, drafts)));
      made.push(...again);
    }
    await waitUntil('The last look', soon, async () => {
      return (await stage.db.collection('intents').countDocuments({ sweep_after: { $ne: null } })) === 0 || undefined;
    });
    const judged = await judge(stage, made);
    const looks = 3 * size.times;
    const extra = await countExtra(stage, {
      after,
      needed: made.length + size.times,
      areAnswersLost: true,
      alsoAllowed: looks,
    });
    return { times: size.times, entities: made.length, ...judged, faults: [...judged.faults, ...faults], ...extra };
  });
}

function draftsOf(time: number, count: number, network: number): Draft[] {
  return Array.from({ length: count }, (_, at) => {
    const key = `Again ${time}-${at}`;
    return { key, kind: 'zones', fields: { name: key }, parents: { network_id: network } };
  });
}

/** Sends drafts in vain, cancels the export, and deletes them once they are written off. */
async function loseAll(stage: Stage, drafts: readonly Draft[]): Promise<void> {
  const { account, api, db } = stage;
  await account.addFault({ method: 'POST', count: drafts.length, fault: { type: 'reset_before_commit' } });
  const lost = await stage.make(drafts);
  const run = await api.start('export');
  const intents = db.collection<{ _id: string }>('intents');
  const own = { _id: { $in: lost.map(({ id }) => id) } };
  const all = async (filter: object) => (await intents.countDocuments({ ...own, ...filter })) === lost.length;
  await waitUntil('The loss of all answers', soon, async () => (await all({ state: 'ambiguous' })) || undefined);
  await api.send('POST', `/api/runs/${run.id}/cancel`);
  await api.endedAs('cancelled', run.id, soon);
  const writtenOff = { state: 'planned', sweep_after: { $ne: null } };
  await waitUntil('The look for all of them', soon, async () => (await all(writtenOff)) || undefined);
  for (const { id } of lost) await api.send('DELETE', `/api/local/zones/${id}`);
}

async function untilAlmostDue({ db }: Stage): Promise<void> {
  const isAlmost = { $expr: { $lte: [{ $subtract: ['$sweep_after', aheadMs] }, '$$NOW'] } };
  await waitUntil('The time of the last look', soon, async () => {
    const due = await db.collection('intents').countDocuments({ sweep_after: { $ne: null }, ...isAlmost });
    return due > 0 || undefined;
  });
}

/** What is wrong where nothing was looked for meanwhile, where a row was removed, or where one has another name. */
async function faultsOf({ account }: Stage, since: number, drafts: readonly Draft[]): Promise<string[]> {
  const requests = await account.requests(since);
  const posts = requests.filter(({ method }) => method === 'POST');
  const from = Math.max(...posts.map(({ at }) => at));
  const until = Math.min(...posts.map(({ ended_at: end }) => end ?? 0));
  const isMeanwhile = requests.some(({ method, path, at }) => {
    return method === 'GET' && path.endsWith('/zones') && at > from && at < until;
  });
  const removed = requests.filter(({ method }) => method === 'DELETE').length;
  const names = new Set((await account.state()).zones.map(({ name }) => name));
  return [
    ...(isMeanwhile ? [] : ['no look came while creates were being answered']),
    ...(removed === 0 ? [] : [`${removed} rows were removed`]),
    ...drafts.filter(({ key }) => !names.has(key)).map(({ key }) => `no zone is called ${key}`),
  ];
}
