import { waitUntil } from '@broadstreet-sync/services';
import { draftAccount } from '../drafts.ts';
import { judge } from '../judge.ts';
import { creates, type Exporting, onStage, startWorkers } from '../play-export.ts';
import { countExtra, lastRequest } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds, type Stage } from '../stage.ts';
import { killAtProgress } from './killed-workers.ts';

const workers = 4;
const share = 0.1;

/** Two exports, one behind the other, and imports beside them, while workers die and answers are lost. */
export const allAtOnce: Scenario = {
  name: 'all-at-once',
  test: null,
  fault: 'workers are killed and answers lost, with an export behind another and imports beside them',
  sizes: { short: { times: 3, entities: 80 }, full: { times: 50, entities: 1000 } },
  play,
};

async function play(given: Play): Promise<Finding> {
  const { size, random, longestMs } = given;
  const settings = { account: { account: 'bare' as const, settings: { latency_ms: 60, latency_jitter_ms: 60 } } };
  return onStage(given, settings, async (stage) => {
    await startWorkers(stage, workers);
    const grounds = await layGrounds(stage);
    await stage.importAll();
    const half = Math.floor(size.entities / 2);
    const first = await stage.make(draftAccount(half, random, grounds));
    await stage.account.addFault({ method: 'POST', probability: share, fault: { type: 'commit_then_reset' } });
    const after = await lastRequest(stage);
    const run = await stage.api.start('export', { confirm: ['networks'] });
    const second = await stage.make(draftAccount(half, random, grounds, 'the second'));
    const behind = await stage.api.start('export', { confirm: ['networks'], isBehind: true });
    const exporting = { stage, drafts: first, run, after };
    const importing = importUntilEnded(stage, behind.id, longestMs);
    // Where it fails the exports may wait for what it holds: whoever waits for it is told then.
    importing.catch(() => undefined);
    await killAtProgress(exporting, random, random.points(size.times, size.entities), created);
    for (const { id } of [run, behind]) await stage.api.endedAs('succeeded', id, longestMs);
    const imports = await importing;
    await stage.importAll();
    const drafts = [...first, ...second];
    const judged = await judge(stage, drafts);
    const extra = await countExtra(stage, {
      after,
      needed: drafts.length,
      isReadingIgnored: true,
      areAnswersLost: true,
    });
    const idle = imports > 1 ? [] : [`${imports} imports ran beside the exports`];
    return { ...size, entities: drafts.length, ...judged, ...extra, faults: [...judged.faults, ...idle] };
  });
}

/** Creates alone: the imports beside them ask for lists all the time. */
async function created(exporting: Exporting, count: number): Promise<void> {
  await waitUntil(`Create ${count}`, 300_000, async () => {
    return (await creates(exporting)) >= count ? true : undefined;
  });
}

/** Imports everything again and again until a run has ended; gives how often. */
async function importUntilEnded(stage: Stage, exportId: string, longestMs: number): Promise<number> {
  let imports = 0;
  for (;;) {
    const { id } = await stage.api.start('import');
    await stage.api.endedAs('succeeded', id, longestMs);
    imports += 1;
    if ((await stage.api.run(exportId)).ended_at !== null) return imports;
  }
}
