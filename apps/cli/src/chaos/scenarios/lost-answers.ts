import { eachOnce, lostAnswers, playExport } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';

const share = 0.2;
const settleMs = 4000;

export const lostAnswersScenario: Scenario = {
  name: 'lost-answers',
  test: 3,
  fault: 'one of five creates is carried out, and its connection reset',
  sizes: { short: { times: 1, entities: 50 }, full: { times: 1, entities: 500 } },
  play: (play) =>
    playExport(play, {
      before: async ({ account }) => {
        await account.addFault({ method: 'POST', probability: share, fault: { type: 'commit_then_reset' } });
      },
      check: eachOnce,
      times: lostAnswers,
    }),
};

export const lateCommits: Scenario = {
  name: 'late-commits',
  test: 4,
  fault: 'one of five creates is carried out up to 0.9 settle times after its client has gone',
  sizes: { short: { times: 1, entities: 40 }, full: { times: 1, entities: 500 } },
  play: (play) =>
    playExport(play, {
      settings: { env: { BROADSTREET_SETTLE_MS: String(settleMs) } },
      before: async ({ account }) => {
        const late = { after_ms: settleMs / 2, until_ms: settleMs * 0.9, connection: 'hang' };
        await account.addFault({ method: 'POST', probability: share, fault: { type: 'commit_late', ...late } });
      },
      check: eachOnce,
      times: lostAnswers,
    }),
};
