import { buildDashboard } from '@broadstreet-sync/services';
import { openBrowser, spawnApp, stopApps, type TestBed, testBed } from '@broadstreet-sync/testkit';
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** A built dashboard on an API, a worker and a simulated account of its own, open in a browser. */
export interface Dashboard {
  readonly bed: TestBed;
  readonly url: string;
  readonly page: Page;
  /** What the browser complained of: errors of pages, answers of 400 and more, requests that failed. */
  readonly complaints: readonly string[];
  /** Kills the API and the worker, and starts them again where they were. */
  restart(): Promise<void>;
  /** Id of a network of the account. */
  readonly network: number;
  go(path: string): Promise<void>;
  /** Makes a local entity; gives its `_id`. */
  makeLocal(kind: string, fields: object): Promise<string>;
  /** Asks the API past the browser. */
  ask(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

const longestWaitMs = 60_000;
/** As a person's screen, unless a test has another. */
export const viewport = { width: 1440, height: 900 };
/** With these, what was lost is decided in seconds. */
const quick = { BROADSTREET_TIMEOUT_MS: '2000', BROADSTREET_SETTLE_MS: '1000', LOG_LEVEL: 'warn' };

export async function openDashboard(): Promise<Dashboard> {
  const bed = testBed();
  const env = { ...bed.env, ...quick };
  await Promise.all([buildDashboard(), bed.remote.create({ account: 'R' })]);
  const browser = await openBrowser();
  let [api, worker] = await Promise.all([spawnApp('api', env, 'test'), spawnApp('worker', env)]);
  const { url } = api;
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(longestWaitMs);
  const complaints: string[] = [];
  watch(page, complaints);
  const dashboard: Dashboard = {
    bed,
    url,
    page,
    complaints,
    async restart() {
      await Promise.all([api.kill(), worker.kill()]);
      const { port } = new URL(url);
      [api, worker] = await Promise.all([spawnApp('api', { ...env, PORT: port }, 'test'), spawnApp('worker', env)]);
    },
    network: Number((await bed.remote.state()).networks[0]?.id),
    async go(path) {
      await page.goto(`${url}${path}`);
    },
    makeLocal: async (kind, fields) => String((await dashboard.ask('POST', `/api/local/${kind}`, fields))._id),
    async ask(method, path, body) {
      const sent =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const answer = await fetch(`${url}${path}`, { method, ...sent });
      if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${await answer.text()}`);
      return answer.status === 204 ? {} : z.record(z.string(), z.unknown()).parse(await answer.json());
    },
    async close() {
      await browser.close();
      await stopApps();
    },
  };
  return dashboard;
}

function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', ({ message }) => complaints.push(`error: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.status()}: ${answer.url()}`);
  });
  page.on('requestfailed', (request) => {
    // What a page has not waited for when it was left.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${reason}: ${request.url()}`);
  });
}
