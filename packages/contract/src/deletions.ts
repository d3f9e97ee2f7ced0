import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { time } from './time.ts';

/** An entity that exists remotely, by what names it. */
export const remoteRef = z
  .object({
    kind: kindName,
    id: z.union([z.int(), z.string()]).meta({ description: 'A number; where a kind has no id, its key as text.' }),
    name: z.string().nullable(),
  })
  .meta({ id: 'RemoteRef' });
export type RemoteRef = z.output<typeof remoteRef>;

/** A local entity, by what names it. */
const draftRef = z.object({ kind: kindName, _id: z.string(), name: z.string().nullable() }).meta({ id: 'DraftRef' });

/** The wish that an entity be removed from the account, on the entity itself. */
export const deletion = z
  .object({
    requested_at: time,
    requested_by: z.string(),
    part_of: remoteRef.omit({ name: true }).nullable().meta({ description: 'Whose deletion it is a part of.' }),
    with: remoteRef
      .omit({ name: true })
      .nullable()
      .meta({ description: 'With which Broadstreet removes it, since nothing removes it by itself.' }),
    sent: z.boolean().meta({ description: 'True: its request has left, and nothing takes it back.' }),
  })
  .meta({ id: 'Deletion' });

/** All that the deletion of an entity removes, once it is exported. */
export const deletionPlan = z
  .object({
    ...remoteRef.shape,
    removed: z.array(remoteRef).meta({ description: 'By requests of their own, children first.' }),
    along: z
      .array(remoteRef)
      .meta({ description: 'Removed by Broadstreet with it, since nothing removes them by themselves.' }),
    drafts: z.array(draftRef).meta({ description: 'Local entities that hang on it, deleted with it.' }),
    requests: z.int().nonnegative().meta({ description: 'That the export makes for it.' }),
  })
  .meta({ id: 'DeletionPlan' });
export type DeletionPlanView = z.output<typeof deletionPlan>;
