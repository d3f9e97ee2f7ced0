import { crashPoints } from '@broadstreet-sync/domain';
import { waitUntil } from '@broadstreet-sync/services';
import { dieAtEach, oneByOne } from '../die-at.ts';
import { type Draft, draftZones } from '../drafts.ts';
import { type Exporting, lostAnswers, playExport } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';
import { judgeStrays, type Strays } from '../strays.ts';

export const crashPointsOfSending: Scenario = {
  name: 'crash-points',
  test: 2,
  fault: 'a worker dies at each named point, from the plan to the end of the job',
  sizes: { short: { times: 1, entities: 40 }, full: { times: 20, entities: 500 } },
  points: crashPoints.sending,
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '1' } },
      // One level is over sooner than five.
      ...(play.scale === 'short' ? { drafts: ({ network }) => draftZones(play.size.entities, network) } : {}),
      // Of 200 workers that may die at their first task, five in a row would die at the same.
      during: (exporting) => {
        const points = oneByOne(crashPoints.sending, play.size.times);
        return dieAtEach(exporting, play, points, play.scale === 'full' ? 2 : 1);
      },
      times: async () => play.size.times * crashPoints.sending.length,
    }),
};

export const crashPointsOfLookUp: Scenario = {
  name: 'crash-points-of-look-up',
  test: 2,
  fault: 'all answers are lost, and workers die while they look',
  sizes: { short: { times: 1, entities: 16 }, full: { times: 20, entities: 200 } },
  points: crashPoints.lookingUp,
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '1' } },
      drafts: ({ network }) => draftFamilies(play.size.entities / 2, network),
      before: async ({ account }) => {
        await account.addFault({ method: 'POST', route: '/campaigns', fault: { type: 'commit_then_reset' } });
      },
      during: (exporting) => dieAtEach(exporting, play, oneByOne(crashPoints.lookingUp, play.size.times)),
      times: async () => play.size.times * crashPoints.lookingUp.length,
      check: async (exporting) => {
        const lost = await lostAnswers(exporting);
        return lost === play.size.entities / 2 ? [] : [`${lost} creates of campaigns, where each was to be sent once`];
      },
      areAnswersLost: true,
    }),
};

/** Long enough for all outcomes to be looked up before what comes late is there. */
const settleMs = { short: 6000, full: 10_000 } as const;

export const crashPointsOfSweep: Scenario = {
  name: 'crash-points-of-sweep',
  test: 2,
  fault: 'creates are carried out two settle times late, and workers die while they clear up',
  sizes: { short: { times: 1, entities: 100 }, full: { times: 20, entities: 1000 } },
  points: crashPoints.sweeping,
  play(play) {
    // Nine of ten are answered well: else the breaker, and the bound of repetitions, hold all until what is late is there.
    const campaigns = ['Spring', ...Array.from({ length: 8 }, (_, at) => `Autumn ${at}`)];
    const families = play.size.entities / (1 + campaigns.length);
    const lateMs = 2 * settleMs[play.scale];
    let strays: Strays | null = null;
    return playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '1', BROADSTREET_SETTLE_MS: String(settleMs[play.scale]) } },
      drafts: ({ network }) => draftFamilies(families, network, campaigns),
      before: async ({ account }) => {
        const fault = { type: 'commit_late', after_ms: lateMs };
        await account.addFault({ method: 'POST', route: '/campaigns', name: '^Spring', count: families, fault });
      },
      during: async (exporting) => {
        await sendAll(exporting);
        await dieAtEach(exporting, play, oneByOne(crashPoints.sweeping, play.size.times));
      },
      times: async () => play.size.times * crashPoints.sweeping.length,
      check: async (exporting) => {
        strays = await judgeStrays(exporting);
        return [...strays.faults, ...(strays.made > 0 ? [] : ['nothing came late'])];
      },
      areAnswersLost: true,
      alsoAllowed: () => strays?.allowed ?? 0,
    });
  },
};

/** Lets one worker do all but the look at what comes late. Few at once: lost answers come sooner than good ones. */
async function sendAll({ stage: { api, crew }, run }: Exporting): Promise<void> {
  const { app } = await crew.start({ WORKER_CONCURRENCY: '4' });
  await waitUntil('The end of all creates', 300_000, async () => {
    return (await api.run(run.id)).waiting?.for === 'late_commits' ? true : undefined;
  });
  await app.kill('SIGTERM');
}

/** Advertisers with campaigns: so many lists in which something is looked up. */
function draftFamilies(count: number, network: number, names = ['Spring']): Draft[] {
  return Array.from({ length: count }, (_, at): Draft[] => {
    const key = `advertiser ${at}`;
    const campaigns = names.map((name): Draft => {
      const fields = { name, start_date: '2026-03-01' };
      return { key: `${name} ${at}`, kind: 'campaigns', fields, parents: { advertiser_id: key } };
    });
    return [{ key, kind: 'advertisers', fields: { name: key }, parents: { network_id: network } }, ...campaigns];
  }).flat();
}
