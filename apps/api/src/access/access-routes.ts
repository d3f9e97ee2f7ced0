import {
  type AuditEntryView,
  api,
  type CreatedKey,
  type KeyView,
  nextCursor,
  type SessionView,
  toPage,
} from '@broadstreet-sync/contract';
import type { AuditDocument, KeyDocument, Store } from '@broadstreet-sync/store';
import { type Binding, bind, type Http, reply } from '../http/bind.ts';
import { replyList } from '../http/csv.ts';
import { notFound, ProblemError } from '../http/problem-error.ts';
import { timeRange } from '../http/time-range.ts';
import type { ApiParts } from '../parts.ts';
import { deedOf } from './audit-trail.ts';
import { type Gate, keyRefused } from './gate.ts';
import { clearCookie, hashOfSession, newSessionSecret, readCookie, setCookie } from './session-cookie.ts';
import type { Who } from './who.ts';

/** A log-in lasts a working week. */
const sessionMs = 7 * 24 * 60 * 60 * 1000;

interface AccessParts extends Pick<ApiParts, 'secretKey'> {
  readonly store: Pick<Store, 'keys' | 'sessions' | 'audit'>;
  readonly gate: Gate;
}

/** Who may do what, who is here, and who did what. */
export function bindAccess(parts: AccessParts): Binding[] {
  return [...bindSession(parts), ...bindKeys(parts), ...bindAudit(parts)];
}

function bindSession({ store, gate, secretKey }: AccessParts): Binding[] {
  async function logIn(key: KeyDocument, { req, res }: Http): Promise<Who> {
    const secret = newSessionSecret();
    const now = new Date();
    const until = new Date(now.getTime() + sessionMs);
    const session = { key_id: key._id, created_at: now, expires_at: until };
    await store.sessions.open({ _id: hashOfSession(secret, secretKey), ...session });
    setCookie(req, res, secret, until);
    return { name: key.name, role: key.role, keyId: key._id.toHexString(), until };
  }

  return [
    ...bind(api.getSession, async (_input, { req }) => {
      // A key that does not hold any more is no fault here: it says that nobody is logged in.
      const who = await gate.who(req).catch(nobodyIfRefused);
      return reply(200, sessionView(who, !(await gate.isOpen())));
    }),
    ...bind(api.logIn, async ({ body }, http) => {
      const key = await store.keys.bearer(body.key.trim());
      if (key === null) throw keyRefused();
      const who = await logIn(key, http);
      const done = { status: 200, code: null, run_id: null };
      await store.audit.begin({ ...deedOf(http.req, http.res, 'logIn', who), fields: [] }, done);
      return reply(200, sessionView(who, !(await gate.isOpen())));
    }),
    ...bind(api.logOut, async (_input, { req, res }) => {
      const cookie = readCookie(req);
      if (cookie !== null) await store.sessions.end(hashOfSession(cookie, secretKey));
      clearCookie(req, res);
      return reply(204);
    }),
  ];
}

function nobodyIfRefused(error: unknown): null {
  if (error instanceof ProblemError && error.code === 'key_refused') return null;
  throw error;
}

function sessionView(who: Who | null, needsKey: boolean): SessionView {
  return {
    needs_key: needsKey,
    name: needsKey ? (who?.name ?? null) : null,
    role: who?.role ?? null,
    expires_at: who?.until?.toISOString() ?? null,
  };
}

function bindKeys({ store, gate }: AccessParts): Binding[] {
  return [
    ...bind(api.listKeys, async ({ query }) => {
      const page = toPage(query);
      const { items, total } = await store.keys.list(page.skip, page.limit);
      return reply(200, { items: items.map(keyView), total, next: nextCursor(page, total) });
    }),
    ...bind(api.createKey, async ({ body }, { who }) => {
      const made = await store.keys.create({ ...body, createdBy: who.name });
      if (made === null) throw nameTaken(body.name);
      gate.shut();
      return reply(201, createdView(made));
    }),
    ...bind(api.revokeKey, async ({ params }, { who }) => {
      const key = await store.keys.get(params.id);
      if (key === null) throw notFound(`There is no key ${params.id}: GET /api/keys lists them.`);
      const isLastAdmin = key.role === 'admin' && key.revoked_at === null && (await store.keys.count('admin')) === 1;
      if (isLastAdmin) throw lastAdminKey(key);
      return reply(200, keyView((await store.keys.revoke(key._id, who.name)) ?? key));
    }),
  ];
}

function keyView(key: KeyDocument): KeyView {
  const { _id, name, role, prefix, created_at, created_by, last_used_at, revoked_at, revoked_by } = key;
  return {
    id: _id.toHexString(),
    name,
    role,
    prefix,
    created_at: created_at.toISOString(),
    created_by,
    last_used_at: last_used_at?.toISOString() ?? null,
    revoked_at: revoked_at?.toISOString() ?? null,
    revoked_by,
  };
}

function createdView({ key, document }: { key: string; document: KeyDocument }): CreatedKey {
  return { ...keyView(document), key };
}

function nameTaken(name: string): ProblemError {
  const detail = `Another key is named "${name}", and runs name keys: choose another name, or revoke that key first.`;
  return new ProblemError({ code: 'key_name_taken', detail });
}

function lastAdminKey({ name }: KeyDocument): ProblemError {
  const detail =
    `"${name}" is the last key of an admin: make another first. ` +
    'The command line revokes it all the same: `./sync keys revoke`.';
  return new ProblemError({ code: 'last_admin_key', detail });
}

function bindAudit({ store }: AccessParts): Binding[] {
  return bind(api.listAudit, async ({ query }, http) => {
    const { name, action, run_id } = query;
    const at = timeRange(query);
    const filter = {
      ...(name === undefined ? {} : { name }),
      ...(action === undefined ? {} : { action }),
      ...(run_id === undefined ? {} : { run_id }),
      ...(Object.keys(at).length === 0 ? {} : { at }),
    };
    return replyList(http, {
      query,
      columns: api.listAudit[0]?.answers[200].csv ?? [],
      fileName: 'audit',
      load: async ({ skip, limit }) => {
        const { items, total } = await store.audit.list(filter, skip, limit);
        return { items: items.map(auditView), total };
      },
    });
  });
}

function auditView({ _id, at, ...entry }: AuditDocument): AuditEntryView {
  return { id: _id.toHexString(), at: at.toISOString(), ...entry };
}
