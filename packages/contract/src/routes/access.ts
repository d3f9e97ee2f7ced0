import { z } from 'zod';
import { auditEntry, createdKey, keyName, keyView, role, sessionView } from '../access.ts';
import { closedObject } from '../closed-object.ts';
import { pageOf, pageParameters } from '../pages.ts';
import { defineRoute, none } from '../route.ts';
import { time } from '../time.ts';

const tag = 'Access';

/** Who may do what, who is here, and who did what. */
export const accessRoutes = {
  getSession: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/session',
      role: 'anyone',
      summary: 'Who asks, and what he may do',
      tag,
      answers: { 200: { description: 'The session.', body: sessionView } },
    }),
  ],
  logIn: [
    defineRoute({
      ...none,
      method: 'post',
      path: '/api/session',
      role: 'anyone',
      summary: 'Log in by a key: a cookie then stands for it, in this browser',
      tag,
      body: closedObject({ key: z.string().min(1, 'must not be empty').max(256) }),
      answers: {
        200: { description: 'The session.', body: sessionView, headers: { 'set-cookie': 'Stands for the key.' } },
      },
      problems: ['key_refused', 'too_many_requests'],
    }),
  ],
  logOut: [
    defineRoute({
      ...none,
      method: 'delete',
      path: '/api/session',
      role: 'anyone',
      summary: 'Log out; again is as good as once',
      tag,
      answers: {
        204: { description: 'Nobody is logged in.', body: null, headers: { 'set-cookie': 'Takes the cookie back.' } },
      },
    }),
  ],
  listKeys: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/keys',
      role: 'admin',
      summary: 'Keys, the newest first, those that were revoked too',
      tag,
      query: closedObject({ ...pageParameters }),
      answers: { 200: { description: 'A page of keys.', body: pageOf(keyView) } },
    }),
  ],
  createKey: [
    defineRoute({
      ...none,
      method: 'post',
      path: '/api/keys',
      role: 'admin',
      summary: 'Make a key',
      tag,
      body: closedObject({ name: keyName, role }),
      answers: { 201: { description: 'The key, which is shown this once.', body: createdKey } },
      problems: ['key_name_taken'],
    }),
  ],
  revokeKey: [
    defineRoute({
      ...none,
      method: 'delete',
      path: '/api/keys/{id}',
      role: 'admin',
      summary: 'Revoke a key: it is of no use from then on; again is as good as once',
      tag,
      params: closedObject({ id: z.string().regex(/^[0-9a-f]{24}$/) }),
      answers: { 200: { description: 'The key.', body: keyView } },
      problems: ['not_found', 'last_admin_key'],
    }),
  ],
  listAudit: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/audit',
      role: 'admin',
      summary: 'Who did what, the newest first; what only reads is left out',
      tag,
      query: closedObject({
        name: z.string().max(64).optional().meta({ description: 'Of a key.' }),
        action: z.string().max(64).optional().meta({ description: 'Id of a route.' }),
        run_id: z.string().max(64).optional(),
        from: time.optional().meta({ description: 'Not before this time.' }),
        to: time.optional().meta({ description: 'Before this time.' }),
        ...pageParameters,
      }),
      answers: {
        200: { description: 'A page of it.', body: pageOf(auditEntry), csv: Object.keys(auditEntry.shape) },
      },
    }),
  ],
};
