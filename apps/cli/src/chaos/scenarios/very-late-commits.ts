import type { Draft, Grounds } from '../drafts.ts';
import { playExport } from '../play-export.ts';
import type { Scenario } from '../scenario.ts';
import { judgeStrays, type Strays } from '../strays.ts';

const share = 0.2;
/** A quarter of it passes between the commit and the look at it: room for an account and workers on a busy machine. */
const settleMs = 12_000;

/** Commits that come when nobody waits for them any more: the entity was made again, and what is too much is removed. */
export const veryLateCommits: Scenario = {
  name: 'very-late-commits',
  test: 4,
  fault: 'one of five creates is carried out two settle times late; what is too much is removed',
  sizes: { short: { times: 1, entities: 30 }, full: { times: 1, entities: 300 } },
  play(play) {
    let strays: Strays | null = null;
    return playExport(play, {
      settings: { env: { BROADSTREET_SETTLE_MS: String(settleMs) } },
      drafts: (grounds) => draftRemovable(play.size.entities, grounds),
      before: async ({ account }) => {
        const fault = { type: 'commit_late', after_ms: 2 * settleMs, connection: 'hang' };
        await account.addFault({ method: 'POST', probability: share, fault });
      },
      check: async (exporting) => {
        strays = await judgeStrays(exporting);
        return [...strays.faults, ...(strays.made > 0 ? [] : ['nothing came late'])];
      },
      times: async () => strays?.made ?? 0,
      areAnswersLost: true,
      alsoAllowed: () => strays?.allowed ?? 0,
    });
  },
};

/** Entities of kinds that the API can delete. */
export function draftRemovable(count: number, { network, advertiser }: Grounds): Draft[] {
  return Array.from({ length: count }, (_, at): Draft => {
    const key = `entity ${at}`;
    if (at % 3 === 0) return { key, kind: 'advertisers', fields: { name: key }, parents: { network_id: network } };
    if (at % 3 === 1) return { key, kind: 'zones', fields: { name: key }, parents: { network_id: network } };
    const fields = { name: key, start_date: '2026-03-01' };
    return { key, kind: 'campaigns', fields, parents: { advertiser_id: advertiser } };
  });
}
