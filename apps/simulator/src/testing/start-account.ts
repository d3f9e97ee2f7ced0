import { onTestFinished } from 'vitest';
import { type AccountInput, createSimulator } from '../simulator.ts';

/** An answer, read to its end; `body` is undefined where it is empty, and text where it is no JSON. */
export interface Answered {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A simulator of its own with one account, over HTTP. It ends with the test. */
export interface TestAccount {
  /** The account's API: `path` below `/api/1`, with its query. Rejects where no whole answer comes. */
  api(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answered>;
  /** The address of a call, token included. */
  urlOf(path: string): string;
  /** The account's control interface. */
  control(method: string, path: string, body?: unknown): Promise<Answered>;
  url: string;
}

export async function startAccount(account: AccountInput): Promise<TestAccount> {
  const simulator = await createSimulator({ accounts: { token: account }, log: failing });
  onTestFinished(() => simulator.close());

  const urlOf = (path: string) => `${simulator.url}/api/1${path}${path.includes('?') ? '&' : '?'}access_token=token`;
  return {
    url: simulator.url,
    urlOf,
    api: (method, path, body, signal) => request(method, urlOf(path), body, signal),
    control: (method, path, body) => request(method, `${simulator.url}/control/accounts/token${path}`, body),
  };
}

/** A fault of the simulator itself stands in the test's output. */
const failing = { debug() {}, info() {}, error: (fields: object) => console.error(fields) };

/** One request with a JSON body. */
export async function request(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Answered> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
