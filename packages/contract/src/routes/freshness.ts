import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { freshness, scope } from '../freshness.ts';
import { pageOf, pageParameters } from '../pages.ts';
import { defineRoute, none } from '../route.ts';

const tag = 'Freshness';

/** What tells how old production is. */
export const freshnessRoutes = {
  getFreshness: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/freshness',
      role: 'viewer',
      summary: 'When the lists of each kind were last read',
      tag,
      answers: { 200: { description: 'Each kind.', body: z.object({ items: z.array(freshness) }) } },
    }),
  ],
  listScopes: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/scopes',
      role: 'viewer',
      summary: 'Every list that was asked for, kind by kind, the longest unread first',
      tag,
      query: closedObject({
        kind: kindName.optional(),
        state: z
          .enum(['read', 'never_read', 'failed'])
          .optional()
          .meta({ description: '`failed`: the last attempt has; `never_read`: every attempt has.' }),
        ...pageParameters,
      }),
      answers: { 200: { description: 'A page of lists.', body: pageOf(scope), csv: Object.keys(scope.shape) } },
    }),
  ],
};
