import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { defineRoute, none } from '../route.ts';
import { accountView, errorView } from '../runs.ts';
import { time } from '../time.ts';

const tag = 'Settings';
const count = z.int().nonnegative();
const rate = z.string().meta({ description: 'Requests a second, `auto` or `unlimited`.' });

const apiSettings = z.object({
  base_url: z.string(),
  has_token: z.boolean().meta({ description: 'Whether one is set; the token itself is never answered.' }),
  rate,
  rate_max: z.number().meta({ description: 'Requests a second that `auto` never passes.' }),
  read_only: z.boolean(),
  timeout_ms: count,
  queue_prefix: z.string(),
  history_days: count,
  mongodb: z.string().meta({ description: 'Hosts and database.' }),
  redis: z.string().meta({ description: 'Host and port.' }),
});

const workerSettings = z.object({
  host: z.string(),
  pid: z.int(),
  started_at: time,
  base_url: z.string(),
  rate,
  read_only: z.boolean(),
  queue_prefix: z.string(),
  history_days: count,
});

const settingsView = z
  .object({
    account: accountView,
    api: apiSettings.meta({ description: 'How the process that answers was started.' }),
    workers: z.array(workerSettings).meta({ description: 'How those that work for it were started.' }),
    now: z
      .object({
        rate: z.number().nullable().meta({ description: 'Requests a second; null: not known, or no limit.' }),
        paused_until: time.nullable().meta({ description: 'Until when a 429 has all requests wait.' }),
      })
      .meta({ description: 'What the account’s rate budget says just now.' }),
  })
  .meta({ id: 'Settings' });
export type SettingsView = z.output<typeof settingsView>;

const connectionTest = z
  .object({
    works: z.boolean(),
    seconds: z.number().meta({ description: 'Until the answer, with the wait for the rate budget.' }),
    networks: z
      .array(z.object({ id: z.int(), name: z.string(), is_synced: z.boolean() }))
      .meta({ description: 'That the token shows; empty where it does not work.' }),
    is_same_account: z
      .boolean()
      .nullable()
      .meta({ description: 'False: it shows none of the networks that are known here; null: none is known yet.' }),
    error: errorView.nullable(),
  })
  .meta({ id: 'ConnectionTest' });
export type ConnectionTestView = z.output<typeof connectionTest>;

const tokenView = z
  .object({
    source: z.enum(['environment', 'stored']).nullable().meta({ description: 'Null: there is none.' }),
    set_at: time.nullable().meta({ description: 'Of one that is stored.' }),
    set_by: z.string().nullable(),
    fixed: z.string().nullable().meta({ description: 'Why it cannot be set by this route; null: it can.' }),
  })
  .meta({ id: 'Token' });
export type TokenView = z.output<typeof tokenView>;

/** What shows how the processes were started, and tries the connection to Broadstreet. */
export const settingsRoutes = {
  getSettings: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/settings',
      role: 'viewer',
      summary: 'How the API and its workers were started; no secret is shown',
      tag,
      answers: { 200: { description: 'The settings.', body: settingsView } },
    }),
  ],
  getToken: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/settings/token',
      role: 'viewer',
      summary: 'Where the access token comes from; the token itself is never answered',
      tag,
      answers: { 200: { description: 'Where from, and since when.', body: tokenView } },
    }),
  ],
  setToken: [
    defineRoute({
      ...none,
      method: 'put',
      path: '/api/settings/token',
      role: 'admin',
      summary:
        'Store another access token, encrypted, once Broadstreet has taken it; every process uses it within 20 seconds',
      tag,
      body: closedObject({
        token: z
          .string()
          .trim()
          .max(512)
          .regex(/^[\x21-\x7e]+$/, 'must be one word of printable characters'),
      }),
      answers: { 200: { description: 'Where it comes from now.', body: tokenView } },
      problems: ['token_fixed', 'token_not_checked', 'other_account'],
    }),
  ],
  testConnection: [
    defineRoute({
      ...none,
      method: 'post',
      path: '/api/connection/test',
      role: 'operator',
      summary: 'Ask Broadstreet for the networks of the account, by one request that changes nothing',
      tag,
      answers: { 200: { description: 'Whether it works, and why not.', body: connectionTest } },
    }),
  ],
};
