import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { pageOf, pageParameters, rootParameter } from '../pages.ts';
import { defineRoute, none } from '../route.ts';

const duplicate = z
  .object({
    kind: kindName,
    parent_kind: kindName.nullable().meta({ description: 'Null for kinds that hang on nothing.' }),
    parent_id: z.int().nullable(),
    parent_name: z.string().nullable(),
    name: z
      .string()
      .meta({ description: 'As names are compared: without outer blanks and case, in one Unicode form.' }),
    count: z.int().meta({ description: 'Entities that share it.' }),
    ids: z.array(z.int()).meta({ description: 'Of these entities; of very many the first.' }),
    names: z.array(z.string()).meta({ description: 'The name of each, exactly.' }),
  })
  .meta({ id: 'Duplicate' });
export type DuplicateView = z.output<typeof duplicate>;

/** What shows names that are given more than once. */
export const duplicateRoutes = {
  listDuplicates: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/duplicates',
      role: 'viewer',
      summary: 'Entities of the account that share a name under one parent, by kind, parent and name',
      tag: 'Production entities',
      query: closedObject({
        kind: kindName.optional(),
        root: rootParameter,
        ...pageParameters,
      }),
      answers: {
        200: { description: 'A page of names.', body: pageOf(duplicate), csv: Object.keys(duplicate.shape) },
      },
    }),
  ],
};
