import { crashPoints } from '@broadstreet-sync/domain';
import { waitUntil } from '@broadstreet-sync/services';
import { z } from 'zod';
import { draftZones } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, startWorkers } from '../play-export.ts';
import { countExtra, lastRequest, neededRequests } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds, type MadeDraft, type Stage } from '../stage.ts';

const [runStored] = crashPoints.accepting;
const entitiesOfEach = 2;
const longestStartMs = 10_000;

/** An API that dies when it has stored a run and nobody else knows of it. */
export const killedApi: Scenario = {
  name: 'killed-api',
  test: 7,
  fault: 'the API is killed between storing a run and enqueueing it',
  sizes: { short: { times: 2, entities: 2 * entitiesOfEach }, full: { times: 20, entities: 20 * entitiesOfEach } },
  points: crashPoints.accepting,
  play,
};

const started = z.object({ _id: z.string(), created_at: z.date(), started_at: z.date() });

async function play(given: Play): Promise<Finding> {
  const { size, longestMs } = given;
  return onStage(given, {}, async (stage) => {
    const { network } = await layGrounds(stage);
    await startWorkers(stage, 2);
    await stage.importAll();
    const after = await lastRequest(stage);
    const drafts: MadeDraft[] = [];
    const faults: string[] = [];
    let needed = 0;
    for (let time = 1; time <= size.times; time += 1) {
      const made = await stage.make(draftZones(entitiesOfEach, network, `Zone ${time}`));
      needed += neededRequests(made);
      drafts.push(...made);
      const run = await triggerAndDie(stage, `key-${time}`);
      const waitedMs = run.started_at.getTime() - run.created_at.getTime();
      if (waitedMs > longestStartMs) faults.push(`the run ${run._id} started after ${waitedMs} ms`);
      const again = await stage.api.trigger('export', { key: `key-${time}` });
      if (again.run?.id !== run._id) faults.push(`the key of ${run._id} gives ${again.run?.id}`);
      await stage.api.endedAs('succeeded', run._id, longestMs);
    }
    const runs = await stage.db.collection('runs').countDocuments({ operation: 'export' });
    if (runs !== size.times) faults.push(`${runs} exports were made, where ${size.times} were asked for`);
    const judged = await judge(stage, drafts);
    const extra = await countExtra(stage, { after, needed });
    return { ...size, ...judged, ...extra, faults: [...judged.faults, ...faults] };
  });
}

/** Asks an API for an export that dies of it; gives the run, once it has started, and leaves an API that lives. */
async function triggerAndDie({ startApi, api, db }: Stage, key: string): Promise<z.output<typeof started>> {
  const doomed = await startApi({ BROADSTREET_TEST_CRASH: runStored });
  const answered = await api.trigger('export', { key }).then(
    ({ status }) => status,
    () => null,
  );
  const { signal } = await doomed.exited;
  if (answered !== null || signal !== 'SIGKILL')
    throw new Error(`The API answered ${answered} and ended by ${signal}.`);
  await startApi();
  return waitUntil('The start of the run', 60_000, async () => {
    return started.safeParse(await db.collection('runs').findOne({ idempotency_key: key })).data;
  });
}
