import { crashPoints } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { dieAtEach, inTurns } from '../die-at.ts';
import { onStage, startWorkers, stopWorkers } from '../play-export.ts';
import { lastRequest } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { layGrounds, type Stage } from '../stage.ts';

/** Zones that exist: of two, one is edited and the other is to be deleted. */
export const crashPointsOfWrites: Scenario = {
  name: 'crash-points-of-writes',
  test: 2,
  fault: 'workers die around the requests of edits and deletions, and after what came of them is stored',
  sizes: { short: { times: 1, entities: 16 }, full: { times: 20, entities: 400 } },
  points: crashPoints.writing,
  play,
};

interface Wish {
  readonly id: number;
  /** Null: it is to be deleted. */
  readonly alias: string | null;
}

async function play(given: Play): Promise<Finding> {
  const { size, scale, longestMs } = given;
  return onStage(given, { env: { WORKER_CONCURRENCY: '1' } }, async (stage) => {
    const { network } = await layGrounds(stage);
    const ids = await insertZones(stage, network, size.entities);
    await startWorkers(stage, 1);
    await stage.importAll();
    await stopWorkers(stage);
    const wishes = await ask(stage, ids);
    const after = await lastRequest(stage);
    const run = await stage.api.start('export');
    const points = inTurns(crashPoints.writing, size.times);
    await dieAtEach({ stage, run }, given, points, scale === 'full' ? 2 : 1);
    await stage.api.endedAs('succeeded', run.id, longestMs);
    const sent = await stage.account.journal(after);
    const faults = await judgeWishes(stage, wishes);
    return {
      times: points.length,
      entities: size.entities,
      duplicates: sent.filter(({ method }) => method === 'POST').length,
      lost: faults.length,
      faults,
      extra: sent.length - size.entities,
      // A request whose answer a worker has died with may be sent once more.
      bound: points.length,
    };
  });
}

async function insertZones({ account }: Stage, network: number, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const fields = { name: `Zone ${at}`, network_id: network };
    ids.push(Number((await account.edit({ kind: 'zones', op: 'insert', fields })).id));
  }
  return ids;
}

/** Edits and deletes them here. */
async function ask({ api }: Stage, ids: readonly number[]): Promise<Wish[]> {
  const wishes = ids.map((id, at): Wish => ({ id, alias: at % 2 === 0 ? `alias-${at}` : null }));
  for (const { id, alias } of wishes) {
    const [method, body] = alias === null ? (['DELETE', undefined] as const) : (['PATCH', { alias }] as const);
    const { status } = await api.send(method, `/api/zones/${id}`, body);
    if (status >= 300) throw new Error(`The ${method} of zone ${id} is answered ${status}.`);
  }
  return wishes;
}

const stored = z.object({
  id: z.number(),
  alias: z.string().nullish(),
  sync: z.object({ edited: z.array(z.string()) }),
});

/** Looks in the account and in production for each wish; gives those that did not come true. */
async function judgeWishes({ account, db }: Stage, wishes: readonly Wish[]): Promise<string[]> {
  const remote = new Map((await account.state()).zones.map((row) => [row.id, row]));
  const found = z.array(stored).parse(await db.collection('zones').find().toArray());
  const production = new Map(found.map((zone) => [zone.id, zone]));
  return wishes.flatMap(({ id, alias }) => {
    const [there, here] = [remote.get(id), production.get(id)];
    if (alias === null) {
      return there === undefined && here === undefined ? [] : [`zone ${id} was to be deleted, and is there still`];
    }
    const isDone = there?.alias === alias && here?.alias === alias && here.sync.edited.length === 0;
    return isDone
      ? []
      : [`zone ${id} has the alias ${String(there?.alias)} there and ${here?.alias} here, not ${alias}`];
  });
}
