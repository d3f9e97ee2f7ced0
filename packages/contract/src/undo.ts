import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { remoteRef } from './deletions.ts';

const undone = remoteRef.extend({
  local_id: z
    .string()
    .nullable()
    .meta({ description: '`_id` under which it returns to local; null: it was not made here.' }),
});

/** What the undo of an export would do, or does. */
export const undoPlan = z
  .object({
    run_id: z.string().meta({ description: 'The export that is undone.' }),
    force: z.boolean(),
    requests: z.int().nonnegative().meta({ description: 'That it takes, at most.' }),
    removed: z
      .array(
        undone.extend({
          requests: z.array(z.string()).meta({ description: 'Method, path and query, in their order.' }),
        }),
      )
      .meta({ description: 'In the order in which it is removed: children first.' }),
    along: z
      .array(undone.extend({ with: remoteRef }))
      .meta({ description: 'What Broadstreet removes with another, since nothing removes it by itself.' }),
    stays: z
      .array(
        undone.extend({
          code: z.enum(['gone', 'cannot_be_removed', 'changed', 'has_children']),
          reason: z.string(),
          remedy: z.string().nullable(),
        }),
      )
      .meta({ description: 'What is not removed, and why.' }),
  })
  .meta({ id: 'UndoPlan' });
export type UndoPlanView = z.output<typeof undoPlan>;

const count = z.int().nonnegative();

/** What the undo of an import would do, or does. It asks the account for nothing. */
export const revertPlan = z
  .object({
    run_id: z.string().meta({ description: 'The import that is undone.' }),
    force: z.boolean(),
    changes: z
      .partialRecord(kindName, z.object({ inserted: count, updated: count, removed: count }))
      .meta({ description: 'Entities of production: what was removed comes back, what was new goes.' }),
    stays_total: count,
    stays: z
      .array(
        remoteRef.extend({
          code: z.enum(['gone', 'there_again', 'changed']),
          reason: z.string(),
          remedy: z.string().nullable(),
        }),
      )
      .meta({ description: 'What is left as it is, and why; of very many the first.' }),
  })
  .meta({ id: 'RevertPlan' });
export type RevertPlanView = z.output<typeof revertPlan>;
