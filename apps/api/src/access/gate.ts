import type { Route } from '@broadstreet-sync/contract';
import { isEnough, type Role } from '@broadstreet-sync/domain';
import type { KeyDocument, Store } from '@broadstreet-sync/store';
import type { Request } from 'express';
import { within } from '../http/patience.ts';
import { ProblemError } from '../http/problem-error.ts';
import { storeAway } from '../http/to-problem.ts';
import type { ApiParts } from '../parts.ts';
import { hashOfSession, readCookie } from './session-cookie.ts';
import { thisMachine, type Who } from './who.ts';

/** So long a first key that was made elsewhere may go unnoticed. */
const lookEveryMs = 10_000;
const lookWithinMs = 400;

export type GateParts = Pick<ApiParts, 'log' | 'mayBeOpen' | 'secretKey'> & {
  readonly store: Pick<Store, 'keys' | 'sessions'>;
};

/** Knows who asks, and what he may. */
export interface Gate {
  /** Whether all that this machine asks for is allowed without a key. */
  isOpen(): Promise<boolean>;
  /** Who asks; null where he shows no key. @throws ProblemError `key_refused` for one that does not hold, `store_away` */
  who(req: Request): Promise<Who | null>;
  /** @throws ProblemError `key_required`, `key_refused`, `role_too_low` */
  admit(req: Request, needed: Role): Promise<Who>;
  /** Asks for keys from now on. */
  shut(): void;
  close(): void;
}

export function createGate({ store, log, mayBeOpen, secretKey }: GateParts): Gate {
  /** Null: not known yet. */
  let isAnyMade: boolean | null = null;

  async function look(): Promise<void> {
    // A key that was made stays made.
    if (isAnyMade === true) return;
    const isMade = await within(lookWithinMs, store.keys.isAnyMade()).catch(() => isAnyMade);
    if (isMade === true && isAnyMade === false) log.info('a first key was made: keys are asked for from now on');
    isAnyMade ||= isMade;
  }

  const timer = mayBeOpen ? setInterval(() => void look(), lookEveryMs).unref() : undefined;

  async function bySession(req: Request): Promise<Who | null> {
    const cookie = readCookie(req);
    if (cookie === null) return null;
    const session = await store.sessions.find(hashOfSession(cookie, secretKey), new Date());
    const key = session === null ? null : await store.keys.held(session.key_id);
    return session === null || key === null ? null : { ...used(key), until: session.expires_at };
  }

  function used(key: KeyDocument): Who {
    void store.keys
      .noteUse(key, new Date())
      .catch((err: unknown) => log.debug({ err }, 'the use of a key is not noted'));
    return { name: key.name, role: key.role, keyId: key._id.toHexString(), until: null };
  }

  const gate: Gate = {
    async isOpen() {
      if (!mayBeOpen) return false;
      if (isAnyMade === null) await look();
      // Where it is not known, keys are asked for.
      return isAnyMade === false;
    },

    async who(req) {
      if (await gate.isOpen()) return thisMachine;
      if (mayBeOpen && isAnyMade === null) throw storeAway();
      const shown = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
      if (shown === undefined) return bySession(req);
      const key = await store.keys.bearer(shown);
      if (key === null) throw keyRefused();
      return used(key);
    },

    async admit(req, needed) {
      const who = await gate.who(req);
      if (who === null) throw keyRequired();
      if (!isEnough(who.role, needed)) throw roleTooLow(who, needed);
      return who;
    },

    shut() {
      isAnyMade = true;
    },

    close() {
      clearInterval(timer);
    },
  };
  return gate;
}

const challenge = { 'www-authenticate': 'Bearer realm="broadstreet-sync"' };

function keyRequired(): ProblemError {
  const detail =
    'Send a key as `Authorization: Bearer KEY`, or log in to the dashboard with one. ' +
    'An admin makes keys: `./sync keys create --name NAME --role viewer|operator|admin`.';
  return new ProblemError({ code: 'key_required', detail, headers: challenge });
}

export function keyRefused(): ProblemError {
  const detail = 'The key is not one of this installation, or it was revoked: ask an admin for another.';
  return new ProblemError({ code: 'key_refused', detail, headers: challenge });
}

function roleTooLow({ name, role }: Who, needed: Role): ProblemError {
  const detail = `The key "${name}" is a key of the role ${role}, and this asks for ${needed}: use such a key, or ask an admin for one.`;
  return new ProblemError({ code: 'role_too_low', detail });
}

/** @throws Error naming routes that do not say who may use them: a route in plain JavaScript could lack it */
export function requireRoles(routes: readonly { readonly id: string; readonly route: Pick<Route, 'role'> }[]): void {
  const without = routes.filter(({ route }) => route.role === undefined).map(({ id }) => id);
  if (without.length > 0) throw new Error(`routes without a role: ${without.join(', ')}`);
}
