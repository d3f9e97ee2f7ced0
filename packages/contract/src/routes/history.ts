import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { pageOf, pageParameters, rootParameter } from '../pages.ts';
import { defineRoute, none } from '../route.ts';
import { historyEntry } from '../runs.ts';
import { time } from '../time.ts';

/** What shows who changed what, over all entities. */
export const historyRoutes = {
  listAllHistory: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/history',
      role: 'viewer',
      summary: 'Changes of all entities, the newest first; those of an import a moment after it was published',
      tag: 'Production entities',
      query: closedObject({
        kind: kindName.optional(),
        operation: z.enum(['insert', 'update', 'remove']).optional(),
        field: z.string().max(64).optional().meta({ description: 'Updates of this field.' }),
        run_id: z.string().max(64).optional(),
        from: time.optional().meta({ description: 'Not before this time.' }),
        to: time.optional().meta({ description: 'Before this time.' }),
        root: rootParameter,
        ...pageParameters,
      }),
      answers: {
        200: { description: 'A page of changes.', body: pageOf(historyEntry), csv: Object.keys(historyEntry.shape) },
      },
    }),
  ],
};
