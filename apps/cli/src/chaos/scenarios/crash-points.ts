import type { Draft } from '../drafts.ts';
import { type Exporting, lostAnswers, playExport } from '../play-export.ts';
import type { Play, Scenario } from '../scenario.ts';

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
const pointsOfLookingUp = ['after_look_up', 'after_adoption'];

/** One worker after the other, each alone, dies at a named point of an export; at last one is left to live. */
async function dieAtEach(
  { stage: { crew, api }, run }: Exporting,
  { size, longestMs }: Play,
  points: readonly string[],
): Promise<void> {
  const over = api.ended(run.id, longestMs).then(() => null);
  for (const point of points) {
    for (let time = 1; time <= size.times; time += 1) {
      const worker = await crew.start({ BROADSTREET_TEST_CRASH: point });
      const exit = await Promise.race([worker.ended, over]);
      if (exit?.signal !== 'SIGKILL') throw new Error(`No worker died at ${point}, the ${time}. time.`);
    }
  }
  await crew.start();
}

export const crashPoints: Scenario = {
  name: 'crash-points',
  test: 2,
  fault: `a worker dies at ${pointsOfSending.join(', ')}`,
  sizes: { short: { times: 1, entities: 60 }, full: { times: 20, entities: 500 } },
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '2' } },
      during: (exporting) => dieAtEach(exporting, play, pointsOfSending),
      times: async () => play.size.times * pointsOfSending.length,
    }),
};

export const crashPointsOfLookUp: Scenario = {
  name: 'crash-points-of-look-up',
  test: 2,
  fault: `all answers are lost, and a worker dies at ${pointsOfLookingUp.join(', ')}`,
  sizes: { short: { times: 1, entities: 16 }, full: { times: 20, entities: 200 } },
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { env: { WORKER_CONCURRENCY: '2' } },
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
