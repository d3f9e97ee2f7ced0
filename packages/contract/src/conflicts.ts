import { kindName } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { time } from './time.ts';

const sides = {
  base: z.unknown().meta({ description: 'What Broadstreet said when it was edited here.' }),
  local: z.unknown().meta({ description: 'What it was edited to; it shows meanwhile.' }),
  remote: z.unknown().meta({ description: 'What Broadstreet says now.' }),
};

/** A field that was edited here and changed there too. */
export const fieldConflict = z.object({
  field: z.string(),
  ...sides,
  kept: z.enum(['local', 'remote']).nullable().meta({ description: 'Null while nobody has decided.' }),
});

/** What of an entity waits for a person. */
export const entityConflict = z.object({
  id: z.string(),
  run_id: z.string().meta({ description: 'The run that found it.' }),
  created_at: time,
  fields: z.record(z.string(), z.object(sides)),
});

/** An entity that was edited here and there, in the same fields. */
export const conflict = entityConflict
  .extend({
    kind: kindName,
    entity_id: z.union([z.int(), z.string()]),
    name: z.string().nullable(),
    revision: z.int().meta({ description: 'Of the entity: as `If-Match: "5"` nothing else is decided about.' }),
  })
  .meta({ id: 'Conflict' });
export type ConflictView = z.output<typeof conflict>;
