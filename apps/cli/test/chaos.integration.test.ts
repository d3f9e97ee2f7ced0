import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { playScenario } from '../src/chaos/chaos.ts';
import { createFolders, type Lab } from '../src/chaos/lab.ts';
import { playExport } from '../src/chaos/play-export.ts';
import type { Scenario } from '../src/chaos/scenario.ts';
import { scenarios } from '../src/chaos/scenarios.ts';

const seed = 1;
let lab: Lab;

beforeAll(() => {
  lab = {
    mongoUriFor: (database) => inject('mongoUri').replace(/\/(\?|$)/, `/${database}$1`),
    redisUrl: inject('redisUrl'),
    simulatorUrl: inject('simulatorUrl'),
    ...createFolders(),
  };
});
afterAll(() => lab.close());

/** Nobody waits for what comes late: what the settings promise is not kept, and every such create is made twice. */
const hopeless: Scenario = {
  name: 'hopeless',
  test: null,
  fault: 'commits come later than the settings say',
  sizes: { short: { times: 1, entities: 4 }, full: { times: 1, entities: 4 } },
  play: (play) =>
    playExport(play, {
      settings: { env: { BROADSTREET_TIMEOUT_MS: '2000', BROADSTREET_SETTLE_MS: '0' } },
      drafts: ({ advertiser }) =>
        Array.from({ length: play.size.entities }, (_, at) => ({
          key: `ad ${at}`,
          kind: 'advertisements',
          fields: { name: `Ad ${at}`, type: 'static', destination: 'https://example.com/' },
          parents: { advertiser_id: advertiser },
        })),
      before: async ({ account }) => {
        const fault = { type: 'commit_late', after_ms: 10_000 };
        await account.addFault({ method: 'POST', count: 1, fault });
      },
      check: async ({ stage, drafts }) => {
        const isLate = async () => (await stage.account.state()).advertisements.length > drafts.length;
        await expect.poll(isLate, { timeout: 60_000 }).toBe(true);
        return [];
      },
    }),
};

/** These take minutes of a busy machine: they are left to `npm run chaos`. */
const long = [
  'crash-points-of-look-up',
  'crash-points-of-sweep',
  'crash-points-of-writes',
  'disk-full',
  'late-commits',
  'made-again',
  'old-redis',
  'paused-after-check',
  'replica-set',
  'rolling-restart',
  'store-away',
  'very-late-commits',
  'wrong-clocks',
];
const short = scenarios.filter(({ name }) => !long.includes(name));

describe.concurrent('chaos', () => {
  it.for(short)('$name', { timeout: 400_000 }, async (scenario, { expect: expectHere }) => {
    const { finding, faults } = await playScenario(lab, scenario, 'short', seed);

    expectHere(faults).toEqual([]);
    expectHere(finding).toMatchObject({ duplicates: 0, lost: 0 });
    expectHere(finding?.times).toBeGreaterThanOrEqual(scenario.sizes.short.times);
  });
});

describe.concurrent('the machine that judges', () => {
  it('finds a duplicate where there is one', { timeout: 400_000 }, async ({ expect: expectHere }) => {
    const { finding, faults } = await playScenario(lab, hopeless, 'short', seed);

    expectHere(finding).toMatchObject({ duplicates: 1, lost: 0 });
    expectHere(faults).toContainEqual(expectHere.stringContaining('duplicate in advertisements'));
  });
});
