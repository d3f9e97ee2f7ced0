import { errorCategories, kindName, kindNames } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { rootParameter } from '../pages.ts';
import { defineRoute, none } from '../route.ts';
import { run } from '../runs.ts';
import { time } from '../time.ts';

const tag = 'Overview';
const count = z.int().nonnegative();
const maxNames = 500;

const kindOverview = z
  .object({
    production: count,
    local: count,
    failed: count.meta({ description: 'Local entities that an export could not create.' }),
    edited: count.meta({ description: 'Production entities with edits that are not exported yet.' }),
    to_remove: count.meta({ description: 'Production entities that the next export deletes in Broadstreet.' }),
    conflicts: count.meta({
      description: 'Production entities that were edited here and there, and wait for a person.',
    }),
    verified_at: time
      .nullable()
      .meta({ description: 'Every list of the kind was read since; null: not every one was.' }),
  })
  .meta({ id: 'KindOverview' });

const overview = z
  .object({
    kinds: z.partialRecord(kindName, kindOverview),
    last_import: run.nullable().meta({ description: 'The last that has ended.' }),
    last_export: run.nullable().meta({ description: 'The last that has ended; a dry run is none.' }),
  })
  .meta({ id: 'Overview' });
export type OverviewView = z.output<typeof overview>;

const named = z.object({
  kind: kindName,
  id: z.union([z.int(), z.string()]).meta({ description: 'A remote id, or the `_id` of a local entity.' }),
  name: z.string().nullable(),
});

const frequentError = z
  .object({
    category: z.enum(errorCategories),
    code: z.string(),
    count,
    kinds: z.array(kindName),
    message: z.string().meta({ description: 'Of the latest of them.' }),
    run_id: z.string().meta({ description: 'Of the latest of them.' }),
    last_at: time.nullable(),
  })
  .meta({ id: 'FrequentError' });
export type FrequentErrorView = z.output<typeof frequentError>;

const reference = new RegExp(`^(${kindNames.join('|')}):(\\d{1,15}|[0-9a-f]{24})$`);

const example = `${kindNames[0]}:12,${kindNames[1]}:34`;

const references = z
  .string()
  .max(40_000)
  .refine((text) => text.split(',').every((part) => reference.test(part)), {
    error: `must be like ${example}, with a remote id or the _id of a local entity after each kind`,
  })
  .refine((text) => text.split(',').length <= maxNames, { error: `must be at most ${maxNames}` })
  .meta({ description: `At most ${maxNames} entities, like ${example}.` });

/** What shows the state at a glance, and gives names to ids. */
export const overviewRoutes = {
  getOverview: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/overview',
      role: 'viewer',
      summary: 'What there is of each kind, what waits to be exported, and how fresh it is',
      tag,
      query: closedObject({
        root: rootParameter,
      }),
      answers: { 200: { description: 'The overview.', body: overview } },
    }),
  ],
  listFrequentErrors: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/errors',
      role: 'viewer',
      summary: 'What went wrong most often, over all runs',
      tag,
      query: closedObject({ from: time.optional().meta({ description: 'Not before this time.' }) }),
      answers: {
        200: { description: 'The 50 most frequent.', body: z.object({ items: z.array(frequentError) }) },
      },
    }),
  ],
  getNames: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/names',
      role: 'viewer',
      summary: 'Names of entities, remote and local ones; what does not exist is left out',
      tag,
      query: closedObject({ refs: references }),
      answers: { 200: { description: 'Their names.', body: z.object({ items: z.array(named) }) } },
    }),
  ],
};
