import { draftAccount } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, reached, startWorkers } from '../play-export.ts';
import { lastRequest } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds } from '../stage.ts';

const workers = 2;
/** Of each worker. */
const atOnce = 4;

/** The token is refused in the middle of a run, which stops; a later run does the rest. */
export const tokenRefused: Scenario = {
  name: 'token-refused',
  test: 20,
  fault: 'all requests are answered 401 from the middle of the run on',
  sizes: { short: { times: 1, entities: 60 }, full: { times: 1, entities: 500 } },
  play: playTokenRefused,
};

async function playTokenRefused(play: Play): Promise<Finding> {
  const { size, random, longestMs } = play;
  const settings = { account: { account: 'bare' as const, settings: { latency_ms: 100 } } };
  return onStage(play, settings, async (stage) => {
    await startWorkers(stage, workers);
    const grounds = await layGrounds(stage);
    await stage.importAll();
    const drafts = await stage.make(draftAccount(size.entities, random, grounds));
    const after = await lastRequest(stage);
    const run = await stage.api.start('export', { confirm: ['networks'] });
    await reached({ stage, after }, Math.floor(size.entities / 2));
    await stage.account.startOutage({ fault: { type: 'status', status: 401 } });
    const stopped = await stage.api.endedAs('failed', run.id, longestMs);
    const refused = (await stage.account.requests(after)).filter(({ status }) => status === 401).length;
    const refusedCreates = (await stage.account.journal(after)).filter(({ status }) => status === 401);
    const sorts = new Set(refusedCreates.map(({ path, query, body }) => JSON.stringify([path, query, body])));
    await stage.account.endOutage();
    const again = await stage.api.start('export', { confirm: ['networks'] });
    await stage.api.endedAs('succeeded', again.id, longestMs);
    const judged = await judge(stage, drafts);
    const creates = (await stage.account.journal(after)).filter(({ status }) => status !== 401).length;
    const wrong = [
      ...(stopped.error?.category === 'authentication' ? [] : [`it failed for ${stopped.error?.code}`]),
      ...(refused <= workers * atOnce ? [] : [`${refused} requests were refused, though it should have stopped`]),
      ...(sorts.size === refusedCreates.length ? [] : ['a create that was refused was sent again']),
      ...(creates === drafts.length ? [] : [`${creates} creates were not refused, of ${drafts.length} entities`]),
    ];
    return { ...size, ...judged, faults: [...judged.faults, ...wrong], extra: refused, bound: workers * atOnce };
  });
}
