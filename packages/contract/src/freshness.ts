import { errorCategories, kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { time } from './time.ts';

const count = z.int().nonnegative();

/** How old what production holds of a kind is. */
export const freshness = z
  .object({
    kind: kindName,
    lists: count.meta({ description: 'Lists that the kind has: one of all, or one for each parent.' }),
    never_read: count,
    failed: count.meta({ description: 'Lists that could not be read when they were last asked for.' }),
    oldest: time.nullable().meta({ description: 'When the list that is longest unread was last read whole.' }),
    newest: time.nullable(),
  })
  .meta({ id: 'Freshness', description: 'How old production is: what changed remotely since is not in it.' });
export type FreshnessView = z.output<typeof freshness>;

/** One list, and when it was last read. */
export const scope = z
  .object({
    kind: kindName,
    scope: z.string().meta({ description: 'Id of the parent whose list it is; `account` for all.' }),
    rows: count,
    verified_at: time.nullable().meta({ description: 'When it was last read whole; null: never.' }),
    run_id: z.string(),
    churn: z.number().meta({ description: 'How often it changes: from 0, never, to 1, at each of its last reads.' }),
    failed_at: time
      .nullable()
      .meta({ description: 'Set while the last attempt has failed: its rows are as old as they say.' }),
    error: z
      .object({
        category: z.enum(errorCategories),
        code: z.string(),
        message: z.string(),
        remedy: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Scope' });
export type ScopeView = z.output<typeof scope>;
