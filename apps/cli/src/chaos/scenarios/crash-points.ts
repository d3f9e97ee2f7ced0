import { waitUntil } from '@broadstreet-sync/services';
import type { Worker } from '../crew.ts';
import { type Draft, draftZones } from '../drafts.ts';
import { type Exporting, lostAnswers, playExport } from '../play-export.ts';
import type { Play, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { judgeStrays, type Strays } from '../strays.ts';

/** From the plan of a kind to the end of a task's job, as packages/sync/src/context.ts names them. */
const pointsOfSending = [
  'after_plan',
  'before_intent',
  'after_intent',
  'before_lease_check',
  'before_request',
  'after_request',
  'after_created',
  'inside_promotion',
  'after_promotion',
  'before_ack',
];
/** Come to once for each kind: not by tasks. */
const onceOnly: readonly string[] = ['after_plan'];
const pointsOfLookingUp = ['after_look_up', 'after_adoption'];
const pointsOfSweeping = ['before_sweep_removal', 'after_sweep_removal', 'after_sweep_report'];

/**
 * One worker after the other, each alone, dies at a named point of an export; at last one is left to live. Each dies when
 * it has come there a few times: if all died at their first task, it would be the same again and again, and would be taken
 * for poison, which it is not.
 *
 * @param fewest how often a worker comes to the point at least, the last time to die there
 */
async function dieAtEach(
  { stage, run }: Exporting,
  { size, longestMs, random }: Play,
  points: readonly string[],
  fewest = 1,
): Promise<void> {
  for (const point of points) {
    for (let time = 1; time <= size.times; time += 1) {
      const nth = onceOnly.includes(point) ? 1 : fewest + random.below(3);
      const worker = await stage.crew.start({ BROADSTREET_TEST_CRASH: `${point}:${nth}` });
      const died = await endOf(worker, stage, run.id, longestMs);
      if (!died) throw new Error(`The export ended before a worker had died at ${point} for the ${time}. time.`);
    }
  }
  await stage.crew.start();
}

/** Says whether a worker dies before the run ends. */
async function endOf(worker: Worker, { db }: Stage, runId: string, longestMs: number): Promise<boolean> {
  let hasDied = false;
  void worker.ended.then(({ signal }) => {
    hasDied = signal === 'SIGKILL';
  });
  const over = { _id: { $eq: runId }, ended_at: { $ne: null } };
  return waitUntil('The death of a worker', longestMs, async () => {
    if (hasDied) return true;
    return (await db.collection<{ _id: string }>('runs').countDocuments(over)) > 0 ? false : undefined;
  });
}

export const crashPoints: Scenario = {
  name: 'crash-points',
  test: 2,
  fault: 'a worker dies at each named point, from the plan to the end of the job',
  sizes: { short: { times: 1, entities: 40 }, full: { times: 20, entities: 500 } },
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '1' } },
      // One level is over sooner than five.
      ...(play.scale === 'short' ? { drafts: ({ network }) => draftZones(play.size.entities, network) } : {}),
      // Of 200 workers that may die at their first task, five in a row would die at the same.
      during: (exporting) => dieAtEach(exporting, play, pointsOfSending, play.scale === 'full' ? 2 : 1),
      times: async () => play.size.times * pointsOfSending.length,
    }),
};

export const crashPointsOfLookUp: Scenario = {
  name: 'crash-points-of-look-up',
  test: 2,
  fault: 'all answers are lost, and workers die while they look',
  sizes: { short: { times: 1, entities: 16 }, full: { times: 20, entities: 200 } },
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '1' } },
      drafts: ({ network }) => draftFamilies(play.size.entities / 2, network),
      before: async ({ account }) => {
        await account.addFault({ method: 'POST', route: '/campaigns', fault: { type: 'commit_then_reset' } });
      },
      during: (exporting) => dieAtEach(exporting, play, pointsOfLookingUp),
      times: async () => play.size.times * pointsOfLookingUp.length,
      check: async (exporting) => {
        const lost = await lostAnswers(exporting);
        return lost === play.size.entities / 2 ? [] : [`${lost} creates of campaigns, where each was to be sent once`];
      },
      areAnswersLost: true,
    }),
};

/** Long enough for all outcomes to be looked up before what comes late is there. */
const settleMs = { short: 3000, full: 10_000 } as const;

export const crashPointsOfSweep: Scenario = {
  name: 'crash-points-of-sweep',
  test: 2,
  fault: 'creates are carried out two settle times late, and workers die while they clear up',
  sizes: { short: { times: 1, entities: 20 }, full: { times: 20, entities: 300 } },
  play(play) {
    const families = play.size.entities / 2;
    const lateMs = 2 * settleMs[play.scale];
    let strays: Strays | null = null;
    return playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '1', BROADSTREET_SETTLE_MS: String(settleMs[play.scale]) } },
      drafts: ({ network }) => draftFamilies(families, network),
      before: async ({ account }) => {
        const fault = { type: 'commit_late', after_ms: lateMs, connection: 'hang' };
        await account.addFault({ method: 'POST', route: '/campaigns', count: families, fault });
      },
      during: async (exporting) => {
        await sendAll(exporting);
        await dieAtEach(exporting, play, pointsOfSweeping);
      },
      times: async () => play.size.times * pointsOfSweeping.length,
      check: async (exporting) => {
        strays = await judgeStrays(exporting);
        return [...strays.faults, ...(strays.made > 0 ? [] : ['nothing came late'])];
      },
      areAnswersLost: true,
      alsoAllowed: () => strays?.allowed ?? 0,
    });
  },
};

/** Lets one worker do all but the look at what comes late. */
async function sendAll({ stage: { api, crew }, run }: Exporting): Promise<void> {
  const { app } = await crew.start({ WORKER_CONCURRENCY: '64' });
  await waitUntil('The end of all creates', 300_000, async () => {
    return (await api.run(run.id)).waiting?.for === 'late_commits' ? true : undefined;
  });
  await app.kill('SIGTERM');
}

/** Advertisers with a campaign each: so many lists in which something is looked up. */
function draftFamilies(count: number, network: number): Draft[] {
  return Array.from({ length: count }, (_, at): Draft[] => {
    const key = `advertiser ${at}`;
    const fields = { name: 'Spring', start_date: '2026-03-01' };
    return [
      { key, kind: 'advertisers', fields: { name: key }, parents: { network_id: network } },
      { key: `campaign ${at}`, kind: 'campaigns', fields, parents: { advertiser_id: key } },
    ];
  }).flat();
}
