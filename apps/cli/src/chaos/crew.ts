import { type AppBuild, type AppExit, type RunningApp, spawnApp } from '@broadstreet-sync/testkit';
import type { Db } from 'mongodb';
import { z } from 'zod';
import { listParent } from './accounts.ts';
import type { Deaths } from './deaths.ts';

/** What a worker had under way when it died. */
export interface InFlight {
  /** Requests that had been announced, and whose answer was not stored. */
  readonly requests: number;
  /** Parents that were being looked at for what comes late. */
  readonly sweeps: number;
  /** Kind and parent of each list in which an unknown outcome is to be looked up. */
  readonly parents: readonly string[];
}

export interface Worker {
  readonly app: RunningApp;
  /** Resolves when it has ended, however it did, with what it left. */
  readonly ended: Promise<AppExit & { readonly left: InFlight }>;
}

/** The workers of a stage. */
export interface Crew {
  /** Those that run. */
  readonly workers: readonly Worker[];
  /** What all that died have left. */
  left(): InFlight;
  start(changes?: Readonly<Record<string, string>>, build?: AppBuild): Promise<Worker>;
  /** Kills it by SIGKILL. */
  kill(worker: Worker): Promise<void>;
  /** Ends them all, at the end of a stage: what they left is of no interest. */
  close(): Promise<void>;
}

const intent = z.object({
  kind: z.enum(['networks', 'advertisers', 'zones', 'advertisements', 'campaigns', 'placements']),
  parents: z.record(z.string(), z.number()),
});
const nothing: InFlight = { requests: 0, sweeps: 0, parents: [] };

/** The list in which an entity of a kind, under these parents, shows. */
export function listOf(kind: z.output<typeof intent>['kind'], parents: Readonly<Record<string, unknown>>): string {
  const field = listParent[kind];
  return `${kind} of ${field === null ? 'the account' : String(parents[field])}`;
}

/**
 * @param env settings of every worker
 * @param deaths counts where they die
 */
export function createCrew(db: Db, env: Readonly<Record<string, string>>, deaths: Deaths): Crew {
  const workers = new Set<Worker>();
  const leftBy: InFlight[] = [];
  let isClosing = false;

  /** What the ledger and the tasks say of a process that is gone. */
  async function inFlightOf(pid: number): Promise<InFlight> {
    const owner = { $regex: `-${pid}-` };
    const sending = z.array(intent).parse(await db.collection('intents').find({ state: 'sending', owner }).toArray());
    const count = (actions: readonly string[]) =>
      db.collection('tasks').countDocuments({ state: 'running', owner, action: { $in: [...actions] } });
    return {
      requests: sending.length + (await count(['list', 'names'])),
      sweeps: await count(['sweep']),
      parents: sending.map(({ kind, parents }) => listOf(kind, parents)),
    };
  }

  return {
    get workers() {
      return [...workers];
    },

    left() {
      return {
        requests: leftBy.reduce((sum, { requests }) => sum + requests, 0),
        sweeps: leftBy.reduce((sum, { sweeps }) => sum + sweeps, 0),
        parents: [...new Set(leftBy.flatMap(({ parents }) => parents))],
      };
    },

    async start(changes = {}, build = 'test') {
      const app = await spawnApp('worker', { ...env, ...changes }, build);
      const ended = app.exited.then(async (exit) => {
        workers.delete(worker);
        deaths.note(app);
        const isKilled = exit.signal === 'SIGKILL' && !isClosing;
        const left = isKilled ? await inFlightOf(app.pid) : nothing;
        leftBy.push(left);
        return { ...exit, left };
      });
      const worker = { app, ended };
      workers.add(worker);
      return worker;
    },

    async kill(worker) {
      await worker.app.kill('SIGKILL');
      await worker.ended;
    },

    async close() {
      isClosing = true;
      await Promise.all([...workers].map(({ app }) => app.kill('SIGKILL')));
    },
  };
}
