import { waitUntil } from '@broadstreet-sync/services';
import type { Draft } from '../drafts.ts';
import { judge } from '../judge.ts';
import { onStage, stopWorkers } from '../play-export.ts';
import { countExtra, lastRequest, neededRequests } from '../requests.ts';
import type { Finding, Play, Scenario } from '../scenario.ts';
import { createSecureDoor, type SecureDoor } from '../secure-door.ts';
import type { Stage } from '../stage.ts';

const host = 'broadstreet.test';
const known = { BROADSTREET_TEST_HOSTS: `${host}=127.0.0.1` };
const tls = (door: SecureDoor) => ({ NODE_EXTRA_CA_CERTS: door.certificateFile });

/** One reason for which a request cannot have left. */
interface Obstacle {
  /** As errors of tasks name it; a name server may take longer than a connection may. */
  readonly codes: readonly string[];
  readonly settings: (door: SecureDoor) => Readonly<Record<string, string>>;
  readonly isShut?: true;
}

const obstacles: readonly Obstacle[] = [
  { codes: ['host_not_found', 'connect_timeout'], settings: tls },
  { codes: ['tls_failed'], settings: () => known },
  { codes: ['connection_refused'], settings: (door) => ({ ...known, ...tls(door) }), isShut: true },
];

/** Requests that cannot have left: nothing is looked up, nothing doubted, and all goes on when the way is free. */
export const notSent: Scenario = {
  name: 'not-sent',
  test: 23,
  fault: 'the host name is not known, its certificate not trusted, its connections refused',
  sizes: { short: { times: 3, entities: 4 }, full: { times: 3, entities: 40 } },
  play,
};

async function play(given: Play): Promise<Finding> {
  const { lab, size, longestMs } = given;
  const door = await createSecureDoor(host, new URL(lab.simulatorUrl), lab.folder('tls'));
  const env = { BROADSTREET_API_URL: `https://${host}:${door.port}/api/1` };
  try {
    return await onStage(given, { env }, async (stage) => {
      const good = { ...known, ...tls(door) };
      await stage.crew.start(good);
      const wanted = await draftPlacements(stage, size.entities);
      await stage.importAll();
      await stopWorkers(stage);
      const drafts = await stage.make(wanted);
      const after = await lastRequest(stage);
      for (const obstacle of obstacles) await meet(stage, door, obstacle);
      await stage.crew.start(good);
      await exportRest(stage, longestMs);
      const judged = await judge(stage, drafts);
      const doubted = await stage.db.collection('intents').countDocuments({ was_ambiguous: true });
      const faults = doubted === 0 ? judged.faults : [...judged.faults, `${doubted} outcomes were taken for unknown`];
      return { ...size, ...judged, ...(await countExtra(stage, { after, needed: neededRequests(drafts) })), faults };
    });
  } finally {
    await door.shut();
  }
}

/** An export, or the one that runs, is tried by a worker that meets the obstacle; what waits for the breaker meets none. */
async function meet({ api, crew, db }: Stage, door: SecureDoor, { codes, settings, isShut }: Obstacle): Promise<void> {
  if (isShut) await door.shut();
  const { run } = await api.trigger('export');
  const worker = await crew.start(settings(door));
  const met = { run_id: run?.id, action: 'create', 'error.code': { $in: codes } };
  await waitUntil(`An attempt that ends with ${codes.join(' or ')}`, 120_000, async () => {
    return (await db.collection('tasks').countDocuments(met)) > 0 ? true : undefined;
  });
  await worker.app.kill('SIGTERM');
  if (isShut) await door.open();
}

/** What was given up is exported by a run of its own. */
async function exportRest({ api }: Stage, longestMs: number): Promise<void> {
  const { run } = await api.trigger('export');
  if (run !== null) await api.ended(run.id, longestMs);
  await api.endedAs('succeeded', (await api.start('export')).id, longestMs);
}

/** Placements of what is in the account already: their export reads no list. */
async function draftPlacements({ account }: Stage, count: number): Promise<Draft[]> {
  const network_id = Number((await account.state()).networks[0]?.id);
  const insert = async (kind: 'advertisers' | 'zones' | 'campaigns' | 'advertisements', fields: object) => {
    return Number((await account.edit({ kind, op: 'insert', fields: { ...fields } })).id);
  };
  const advertiser_id = await insert('advertisers', { name: 'Owner', network_id });
  const campaign_id = await insert('campaigns', { name: 'Campaign', advertiser_id });
  const advertisement_id = await insert('advertisements', { name: 'Ad', type: 'static', network_id, advertiser_id });
  const drafts: Draft[] = [];
  for (let at = 0; at < count; at += 1) {
    const zone_id = await insert('zones', { name: `Zone ${at}`, network_id });
    const parents = { campaign_id, advertisement_id, zone_id };
    drafts.push({ key: `placement ${at}`, kind: 'placements', fields: {}, parents });
  }
  return drafts;
}
