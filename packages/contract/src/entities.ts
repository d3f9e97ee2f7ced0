import { type EntityKind, errorCategories, localIdPattern } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from './closed-object.ts';
import { entityConflict } from './conflicts.ts';
import { deletion } from './deletions.ts';
import { draftField, localFieldSorts, valuesOf } from './fields.ts';
import { inputFault } from './problems.ts';
import { time } from './time.ts';

export const localId = z.string().regex(localIdPattern);

const localError = z.object({
  message: z.string(),
  category: z.enum(errorCategories),
  run_id: z.string(),
  at: time,
});

const oursInLocal = {
  _id: z.string().meta({ description: '24 hexadecimal digits.' }),
  created_locally: z.literal(true),
  synced_with_api: z.literal(false),
  sync_errors: z.array(localError).meta({ description: 'Why it could not be exported; the last 50.' }),
  last_sync_attempt: time.nullable(),
  created_at: time,
  updated_at: time,
  problems: z.array(inputFault).meta({ description: 'What keeps it from being exported.' }),
};

/** An entity that was made here and does not exist remotely; beside this the kind's own fields. */
export interface LocalEntity {
  [field: string]: unknown;
  _id: string;
  created_locally: true;
  synced_with_api: false;
  sync_errors: z.output<typeof localError>[];
  last_sync_attempt: string | null;
  created_at: string;
  updated_at: string;
  problems: z.output<typeof inputFault>[];
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function draftShape(kind: EntityKind): Record<string, z.ZodType> {
  return Object.fromEntries(
    [...localFieldSorts(kind)].map(([name, sorts]) => {
      const type = kind.fields.shape[name];
      const values = type === undefined ? [] : valuesOf(type);
      const field = draftField(sorts);
      return [
        name,
        values.length === 0 ? field : field.meta({ description: `For an export one of ${values.join(', ')}.` }),
      ];
    }),
  );
}

/** What may be given of a local entity: its fields, none of them needed, with any content of the right sort. */
export function localInput(kind: EntityKind): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  return closedObject(draftShape(kind)).meta({
    id: `${capitalise(kind.singular)}Draft`,
    description: `Fields of a local ${kind.singular}. A parent is a remote id (a number) or a local _id (text).`,
  });
}

/** A local entity as it is answered. */
export function localEntity(kind: EntityKind): z.ZodType<LocalEntity, LocalEntity> {
  return z.looseObject({ ...draftShape(kind), ...oursInLocal }).meta({ id: `Local${capitalise(kind.singular)}` });
}

const syncPart = z.looseObject({
  revision: z.int(),
  edited: z.array(z.string()).meta({ description: 'Fields that were edited here and are not exported yet.' }),
  base: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'What Broadstreet last said of the edited fields.' }),
  conflict: entityConflict
    .optional()
    .meta({ description: 'Set while edited fields that changed there too wait for a person.' }),
  errors: z
    .array(localError)
    .optional()
    .meta({ description: 'Why an edit or the deletion could not be exported, since one could; the last 50.' }),
  deletion: deletion.optional().meta({ description: 'Set while it is to be removed from the account.' }),
  unverifiable: z
    .array(z.string())
    .optional()
    .meta({ description: 'Fields that no list shows: they have the value that was last written from here.' }),
  dangling: z.boolean().meta({ description: 'True where an ancestor could not be found.' }),
  run_id: z.string(),
  written_at: time,
  verified_at: time.optional().meta({ description: 'When the account last showed it so.' }),
  original_local_id: z.string().optional(),
});

const oursInProduction = {
  created_locally: z.boolean(),
  synced_with_api: z.boolean(),
  synced_at: time,
  sync: syncPart,
};

/** An entity that exists remotely; beside this the remote's own fields. */
export interface ProductionEntity {
  [field: string]: unknown;
  created_locally: boolean;
  synced_with_api: boolean;
  synced_at: string;
  sync: z.output<typeof syncPart>;
}

const productionEntities = new Map<string, z.ZodType<ProductionEntity, ProductionEntity>>();

/** A production entity as it is answered: of each kind one schema, which documentation names once. */
export function productionEntity(kind: EntityKind): z.ZodType<ProductionEntity, ProductionEntity> {
  const known = productionEntities.get(kind.name) ?? toProductionEntity(kind);
  productionEntities.set(kind.name, known);
  return known;
}

function toProductionEntity(kind: EntityKind): z.ZodType<ProductionEntity, ProductionEntity> {
  const identity = Object.fromEntries(kind.identity.map((field) => [field, z.int()]));
  // What was exported from here has what its create gave and answered; the next import adds what only lists show.
  const shown = kind.row.partial().shape;
  return z.looseObject({ ...shown, ...identity, ...oursInProduction }).meta({ id: capitalise(kind.singular) });
}

/** Which remote entity a local one became. */
export const idMapEntry = z
  .object({
    kind: z.string(),
    local_id: z.string(),
    remote_id: z
      .union([z.int(), z.string()])
      .meta({ description: 'A number; where a kind has no id, its key as text.' }),
    run_id: z.string().nullable().meta({ description: 'Null where a person linked it.' }),
    linked: z.boolean().meta({ description: 'True: it existed there before, and was taken for it.' }),
    created_at: time,
  })
  .meta({ id: 'IdMapEntry' });
export type IdMapEntry = z.output<typeof idMapEntry>;
