import { afterAll, describe, expect, it } from 'vitest';
import { launchApp, spawnApp, stopApps } from './apps.ts';
import { eventually } from './eventually.ts';
import { simulator } from './simulator.ts';
import { testBed } from './test-bed.ts';

afterAll(stopApps);

describe('testBed', () => {
  it('gives each test its own database, queue prefix and account', async () => {
    const [one, other] = [testBed(), testBed()];
    await one.remote.create({ account: 'R' });
    await other.remote.create({ account: 'bare' });

    const [ofOne, ofOther] = await Promise.all([one.remote.state(), other.remote.state()]);

    expect([ofOne.networks.length, ofOther.networks.length]).toEqual([2, 1]);
    expect(one.mongoUri).not.toBe(other.mongoUri);
    expect(one.queuePrefix).not.toBe(other.queuePrefix);
  });
});

describe('simulator', () => {
  it('edits, faults, counts and keeps a journal', async () => {
    const { remote } = testBed();
    await remote.create({ account: 'bare', settings: { latency_ms: 1 } });
    const [network] = (await remote.state()).networks;
    const zone = await remote.edit({ kind: 'zones', op: 'insert', fields: { network_id: network?.id, name: 'Top' } });
    await remote.addFault({ method: 'POST', route: '/zones', fault: { type: 'status', status: 503 } });

    const path = `${remote.apiUrl}/zones?network_id=${Number(network?.id)}&access_token=${remote.token}`;
    const list = await fetch(path);
    const post = await fetch(path, { method: 'POST', body: '{"name":"Side"}' });

    expect([list.status, post.status]).toEqual([200, 503]);
    expect(await list.json()).toMatchObject({ zones: [{ id: zone.id, name: 'Top' }] });
    expect(await remote.stats()).toMatchObject({ total: 2, by_status: { 200: 1, 503: 1 } });
    expect(await remote.journal()).toMatchObject([{ method: 'POST', committed: false }]);
    expect(await remote.requests()).toHaveLength(2);
    expect((await remote.duplicates()).created).toBe(0);
  });

  it('rejects with the simulator’s own words', async () => {
    const { remote } = testBed();

    await expect(remote.state()).rejects.toThrow('no such account');
  });
});

describe('spawnApp', () => {
  it('runs a real process that ends in order on SIGTERM', async () => {
    const app = await spawnApp('simulator', { SIMULATOR_PORT: '0', SIMULATOR_TOKEN: 'own-token' });

    expect((await simulator(app.url, 'own-token').state()).networks).toHaveLength(2);
    expect(await app.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('tells what an app wrote that ended before it was up', async () => {
    const app = launchApp('simulator', { SIMULATOR_PORT: 'x' });

    await expect(app.waitForLine(/listening/)).rejects.toThrow(/simulator ended \(1\)[\s\S]*SIMULATOR_PORT/);
  });
});

describe('eventually', () => {
  it('gives the first true outcome, whatever was thrown before', async () => {
    let tries = 0;
    const condition = () => {
      tries += 1;
      if (tries === 1) throw new Error('not yet');
      return tries > 2 && `after ${tries}`;
    };

    expect(await eventually(condition)).toBe('after 3');
  });

  it('names the last fault when it gives up', async () => {
    const condition = () => Promise.reject(new Error('still empty'));

    await expect(eventually(condition, { timeoutMs: 60 })).rejects.toThrow('still empty');
  });
});
