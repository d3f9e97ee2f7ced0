import { kindNames, kinds } from '@broadstreet-sync/domain';
import { describeEveryKind, type KindEngine, spawnApp, stopApps } from '@broadstreet-sync/testkit';
import { afterAll, vi } from 'vitest';
import { createEngine, quick } from './engine.ts';

// All kinds at once: most of the time goes by in waiting for a killed worker's claims to end.
vi.setConfig({ maxConcurrency: kindNames.length });

afterAll(stopApps);

async function openEngine(): Promise<KindEngine> {
  const { bed, store, trigger, ended, close } = await createEngine();
  const confirm = kindNames.filter((name) => kinds[name].confirmCreate === true);
  const settings = { ...bed.env, ...quick };

  return {
    remote: bed.remote,
    startWorker: () => spawnApp('worker', settings),
    addLocal: async (kind, fields) => (await store.locals.create(kind, fields))._id.toHexString(),
    countLocal: (kind) => store.locals.count(kinds[kind]),
    production: async (kind) => (await store.production.page(kind, {}, {}, 0, 1000)).items,
    begin: async (operation, names) => (await trigger({ operation, kinds: [...names], confirm }))._id,
    async end(run) {
      const { status, error } = await ended(run);
      return { status, error };
    },
    close,
  };
}

describeEveryKind(openEngine);
