import { isDeepStrictEqual } from 'node:util';
import type { SimulatedKind } from '@broadstreet-sync/testkit';
import { plainName } from '../accounts.ts';
import type { Draft } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, startWorkers } from '../play-export.ts';
import { countExtra, lastRequest, neededRequests } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import type { MadeDraft, Stage } from '../stage.ts';

/** What one network has of these names already. */
const taken = ['Harbour Books', ' cafe\u0301 luna'];
/** Names that are the same: twins, another case, outer blanks, composed and not composed letters, and numbered ones. */
const wished = [
  'Harbour Books',
  'harbour books',
  '  HARBOUR BOOKS ',
  'Caf\u00e9 Luna',
  'CAFE\u0301 LUNA',
  'Twin',
  'Twin',
  'twin ',
  'Twin (1)',
  '\u1e9e',
  '\u00df',
  'I',
  '\u0130',
  'i',
];
const kindsOfNames: readonly SimulatedKind[] = ['advertisers', 'zones'];

/** Local twins, remote twins, other cases, blanks and Unicode forms: unique names, and the same each time. */
export const sameNames: Scenario = {
  name: 'same-names',
  test: 25,
  fault: 'names are the same but for case, blanks and Unicode forms, here and in the account',
  sizes: {
    short: { times: 3, entities: 3 * kindsOfNames.length * wished.length },
    full: { times: 20, entities: 20 * kindsOfNames.length * wished.length },
  },
  play,
};

async function play(given: Play): Promise<Finding> {
  const { size, longestMs } = given;
  return onStage(given, {}, async (stage) => {
    await startWorkers(stage, 3);
    const networks = await Promise.all(Array.from({ length: size.times }, (_, at) => addNetwork(stage, at)));
    await stage.importAll();
    const after = await lastRequest(stage);
    const drafts: MadeDraft[] = [];
    const named: string[][] = [];
    for (const [at, network] of networks.entries()) {
      const made = await stage.make(draftNames(network, at));
      drafts.push(...made);
      const run = await stage.api.start('export');
      await stage.api.endedAs('succeeded', run.id, longestMs);
      named.push(await namesOf(stage, made));
    }
    const judged = await judge(stage, drafts);
    const different = named.filter((names) => !isDeepStrictEqual(names, named[0])).length;
    const wrong = [
      ...(await notUnique(stage, networks)),
      ...(different === 0 ? [] : [`${different} repetitions gave other names than the first`]),
    ];
    const extra = await countExtra(stage, { after, needed: neededRequests(drafts) });
    return { ...size, ...judged, ...extra, faults: [...judged.faults, ...wrong] };
  });
}

/** A network that has some of the names. */
async function addNetwork({ account }: Stage, at: number): Promise<number> {
  const { id } = await account.edit({ kind: 'networks', op: 'insert', fields: { name: `Network ${at}` } });
  for (const kind of kindsOfNames)
    for (const name of taken) await account.edit({ kind, op: 'insert', fields: { name, network_id: id } });
  return Number(id);
}

function draftNames(network: number, repetition: number): Draft[] {
  return kindsOfNames.flatMap((kind) =>
    wished.map((name, at) => {
      const key = `${kind} ${at} of repetition ${repetition}`;
      return { key, kind, fields: { name }, parents: { network_id: network } };
    }),
  );
}

/** The names that drafts have in the account, in the order of the drafts. */
async function namesOf({ account, db }: Stage, drafts: readonly MadeDraft[]): Promise<string[]> {
  const state = await account.state();
  return Promise.all(
    drafts.map(async ({ kind, id }) => {
      const entry = await db.collection('id_map').findOne({ kind, local_id: id });
      return String(state[kind].find((row) => String(row.id) === entry?.remote_id)?.name);
    }),
  );
}

async function notUnique({ account }: Stage, networks: readonly number[]): Promise<string[]> {
  const state = await account.state();
  return networks.flatMap((network) =>
    kindsOfNames.flatMap((kind) => {
      const names = state[kind].filter((row) => row.network_id === network).map(({ name }) => plainName(name));
      const repeated = names.filter((name, at) => names.indexOf(name) < at);
      return repeated.map((name) => `network ${network} has ${kind} called ${JSON.stringify(name)} twice`);
    }),
  );
}
