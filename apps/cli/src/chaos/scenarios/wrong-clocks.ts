import { withRedis } from '../lab.ts';
import { playExport, reached } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';

const hourMs = 3_600_000;
const offsets = [-hourMs, 0, hourMs];

/**
 * Machines whose clocks are an hour apart. Requests take long, and Redis is emptied meanwhile: every task under way gets
 * a second job, so that whoever took a claim's end for past by their own clock would look up, or send, what is on its way.
 */
export const wrongClocks: Scenario = {
  name: 'wrong-clocks',
  test: 26,
  fault: 'clocks are an hour ahead and behind, and every task gets a second job while it is at work',
  sizes: { short: { times: 1, entities: 30 }, full: { times: 5, entities: 150 } },
  play: (play) =>
    withRedis(play.lab, (redis) =>
      playExport(play, {
        workers: 0,
        settings: {
          redisUrl: redis.url,
          account: { account: 'bare', settings: { latency_ms: 1500, latency_jitter_ms: 1000 } },
          env: { BROADSTREET_TIMEOUT_MS: '10000' },
        },
        before: async ({ crew }) => {
          await Promise.all(offsets.map((ms) => crew.start({ BROADSTREET_TEST_CLOCK_MS: String(ms) })));
        },
        during: async (exporting) => {
          for (const point of play.random.points(play.size.times, play.size.entities)) {
            await reached(exporting, point);
            await exporting.stage.redis.flushall();
          }
        },
        check: async ({ stage: { db } }) => {
          const doubted = await db.collection('intents').countDocuments({ was_ambiguous: true });
          const renewed = await db.collection('runs').countDocuments({ operation: 'export', generation: { $gt: 1 } });
          return [
            ...(doubted === 0 ? [] : [`${doubted} claims were taken over while their holders were at work`]),
            ...(renewed === 1 ? [] : ['no task got a second job']),
          ];
        },
      }),
    ),
};
