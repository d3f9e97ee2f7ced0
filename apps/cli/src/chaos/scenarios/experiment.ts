import { playExport, reached } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';
const hourMs = 3_600_000;
export const experiment: Scenario = {
  name: 'experiment', test: 26, fault: 'x',
  sizes: { short: { times: 1, entities: 30 }, full: { times: 5, entities: 150 } },
  play: (play) =>
    playExport(play, {
      workers: 0,
      settings: { account: { account: 'bare', settings: { latency_ms: 100 } }, env: { BROADSTREET_TIMEOUT_MS: '2000', BROADSTREET_SETTLE_MS: '1000' } },
      before: async ({ account }) => {
        await account.addFault({ method: 'POST', probability: 0.3, fault: { type: 'commit_then_reset' } });
      },
      during: async (exporting) => {
        const ahead = await exporting.stage.crew.start({ BROADSTREET_TEST_CLOCK_MS: String(hourMs) });
        await reached(exporting, 8);
        await exporting.stage.crew.start({ BROADSTREET_TEST_CLOCK_MS: String(-hourMs) });
        await ahead.app.kill('SIGTERM');
      },
      areAnswersLost: true,
    }),
};
