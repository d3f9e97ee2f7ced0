import { z } from 'zod';
import { draftZones } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, startWorkers } from '../play-export.ts';
import { countExtra, lastRequest, neededRequests } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds, type MadeDraft, type Stage } from '../stage.ts';

/** Triggers that come at once: with one key they are one run, without one the first wins. */
export const sameTrigger: Scenario = {
  name: 'same-trigger',
  test: 6,
  fault: 'the same trigger comes many times at once, with one Idempotency-Key and without',
  sizes: { short: { times: 20, entities: 10 }, full: { times: 20, entities: 40 } },
  play,
};

async function play(given: Play): Promise<Finding> {
  const { size, longestMs } = given;
  return onStage(given, { account: { account: 'bare', settings: { latency_ms: 100 } } }, async (stage) => {
    const { network } = await layGrounds(stage);
    await startWorkers(stage, 1);
    await stage.importAll();
    const after = await lastRequest(stage);
    const drafts: MadeDraft[] = [];
    const faults: string[] = [];
    let needed = 0;
    for (const [title, key] of [
      ['With key', 'the-same'],
      ['Without', undefined],
    ] as const) {
      const made = await stage.make(draftZones(size.entities / 2, network, title));
      needed += neededRequests(made);
      drafts.push(...made);
      const { id, wrong } = await triggerAtOnce(stage, size.times, key);
      faults.push(...wrong.map((fault) => `${title.toLowerCase()}: ${fault}`));
      await stage.api.endedAs('succeeded', id, longestMs);
    }
    const runs = await stage.db.collection('runs').countDocuments({ operation: 'export' });
    if (runs !== 2) faults.push(`${runs} exports were made, where 2 were asked for`);
    const judged = await judge(stage, drafts);
    const extra = await countExtra(stage, { after, needed });
    return { ...size, ...judged, ...extra, faults: [...judged.faults, ...faults] };
  });
}

async function triggerAtOnce(
  { api }: Stage,
  times: number,
  key: string | undefined,
): Promise<{ id: string; wrong: string[] }> {
  const wishes = key === undefined ? {} : { key };
  const replies = await Promise.all(Array.from({ length: times }, () => api.trigger('export', wishes)));
  const named = new Set(replies.map(({ run }) => run?.id ?? 'none'));
  const accepted = replies.filter(({ status }) => status === 202).length;
  const refused = replies.filter(({ status }) => status === 409).length;
  const wanted = key === undefined ? [1, times - 1] : [times, 0];
  const wrong = [
    ...(named.size === 1 ? [] : [`the answers name ${[...named].join(', ')}`]),
    ...(accepted === wanted[0] && refused === wanted[1] ? [] : [`${accepted} accepted, ${refused} told to wait`]),
  ];
  return { id: z.string().parse(replies.find(({ status }) => status === 202)?.run?.id), wrong };
}
