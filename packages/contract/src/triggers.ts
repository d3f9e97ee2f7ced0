import {
  adoptPolicies,
  conflictPolicies,
  defaultMaxAgeHours,
  kindNames,
  kinds,
  localIdPattern,
  modes,
  operations,
  parentField,
  parentReference,
} from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from './closed-object.ts';
import { queryInteger } from './pages.ts';

const maxWaitSeconds = 600;

const id = z.int().positive();
const wholeName = z.string().max(255).regex(/\S/, 'must not be blank');
const parentKinds = new Set(kindNames.flatMap((name) => kinds[name].parents));
const filters = closedObject({
  ...Object.fromEntries([...parentKinds].map((name) => [parentField(name), parentReference.optional()])),
  ids: z
    .array(z.union([id, z.string().max(64)]))
    .max(10_000)
    .optional(),
  name: wholeName.optional().meta({ description: 'The whole name, trimmed and without case.' }),
});

const mode = z.enum(modes).optional().meta({ description: 'When not given: `incremental` with filters, else `full`.' });
const maxAgeHours = z
  .number()
  .positive()
  .max(100_000)
  .optional()
  .meta({ description: `For the mode \`due\`: no list is to get older; ${defaultMaxAgeHours} when not given.` });
const conflicts = z.enum(conflictPolicies).optional().meta({ description: '`remote_wins` when not given.' });
const dryRun = z.boolean().optional().meta({ description: 'Plan only: nothing is written.' });

/** What triggers and schedules have in common. */
export const triggerParts = { mode, filters, conflicts, maxAgeHours };

const confirmable = kindNames.filter((name) => kinds[name].confirmCreate === true);

const ofExport = {
  plan: z.string().max(64).optional().meta({ description: 'Id of a dry run: exactly that is exported.' }),
  local_ids: z
    .array(z.string().regex(localIdPattern, 'must be the _id of a local entity (24 hexadecimal digits)'))
    .min(1, 'names nothing: leave it out to export everything')
    .max(10_000)
    .optional()
    .meta({ description: 'Only these local entities, with the ancestors that they need.' }),
  adopt: z.enum(adoptPolicies).optional().meta({
    description:
      '`exact`: a local entity is linked to the one remote entity of its name where all that it gives is equal; `never` when not given.',
  }),
  confirm: z
    .array(z.enum(confirmable, { error: `must be one of ${confirmable.join(', ')}` }))
    .max(kindNames.length)
    .optional()
    .meta({ description: 'Kinds that can never be deleted through the API, and may be created all the same.' }),
};

/** The body that starts a run of one kind. */
export const kindTrigger = closedObject({
  direction: z.enum(operations).optional().meta({ description: '`import` when not given.' }),
  mode,
  filters: filters.optional(),
  dry_run: dryRun,
  conflicts,
  max_age_hours: maxAgeHours,
  ...ofExport,
})
  .optional()
  .meta({ id: 'KindTrigger' });

/** The body that starts an import of everything. */
export const importTrigger = closedObject({
  mode,
  filters: filters.optional(),
  dry_run: dryRun,
  conflicts,
  max_age_hours: maxAgeHours,
})
  .optional()
  .meta({ id: 'ImportTrigger' });

/** The body that starts an export of everything. */
export const exportTrigger = closedObject({ filters: filters.optional(), dry_run: dryRun, conflicts, ...ofExport })
  .optional()
  .meta({ id: 'ExportTrigger' });

/** The body that repeats what failed or was blocked. */
export const retryTrigger = closedObject({
  confirm: ofExport.confirm,
  only: z
    .array(closedObject({ kind: z.enum(kindNames), subject: z.string().max(128) }))
    .min(1, 'names nothing: leave it out to repeat all that failed')
    .max(10_000)
    .optional()
    .meta({ description: 'Only these of what failed or was blocked, as the errors of the run name them.' }),
})
  .optional()
  .meta({ id: 'RetryTrigger' });

/** What any of the triggers' bodies may hold; what one of them does not know is not set. */
export type Trigger = NonNullable<z.output<typeof kindTrigger>>;

export const waitParameter = queryInteger(
  0,
  maxWaitSeconds,
  `must be a whole number of seconds from 0 to ${maxWaitSeconds}`,
)
  .optional()
  .meta({ description: 'Seconds to wait for the end of the run.' });

export const triggerQuery = closedObject({
  wait: waitParameter,
  queue: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .optional()
    .meta({ description: 'true: wait behind a run that is under way instead of being turned away.' }),
});

export const triggerHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable characters without blanks')
    .optional()
    .meta({ description: 'The same key gives the same run.' }),
});
