import { ancestorFields, type EntityKind, operations, parentField } from '@broadstreet-sync/domain';
import { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose';
import type { z } from 'zod';
import type { LocalDocument, ProductionDocument, SyncLogDocument } from './documents.ts';

type FieldType = typeof String | typeof Number | typeof Boolean | typeof Schema.Types.Mixed;

/** From the type of a declared field to mongoose's; what has no entry is stored as it is. */
const fieldTypes: Readonly<Record<string, FieldType>> = {
  string: String,
  enum: String,
  number: Number,
  int: Number,
  boolean: Boolean,
};

/** Entities edited here, in the form that lets a partial index serve the search for them. */
export const hasEdits = { 'sync.edited.0': { $gte: '' } };
/** Entities of which fields wait for a person to decide. */
export const isInConflict = { 'sync.conflict.at': { $exists: true } };
/** Entities that are to be removed from the account. */
export const isToBeRemoved = { 'sync.deletion.requested_at': { $exists: true } };

function unwrap(type: z.core.$ZodType): string {
  const def: z.core.$ZodTypeDef & { innerType?: z.core.$ZodType } = type._zod.def;
  return def.innerType === undefined ? def.type : unwrap(def.innerType);
}

function definitionOf(shape: Readonly<Record<string, z.core.$ZodType>>): SchemaDefinition {
  const entries = Object.entries(shape).map(([name, type]) => {
    return [name, { type: fieldTypes[unwrap(type)] ?? Schema.Types.Mixed }] as const;
  });
  return Object.fromEntries(entries);
}

const plain = {
  versionKey: false,
  id: false,
  minimize: false,
  strict: false,
  autoCreate: false,
  autoIndex: false,
} as const;

/** The model of a kind's production entities: identity is unique, names and parents are indexed. */
export function productionModel(connection: Connection, kind: EntityKind): Model<ProductionDocument> {
  const parents = Object.fromEntries(
    [...ancestorFields(kind), ...kind.parents.map(parentField)].map((f) => [f, Number]),
  );
  const schema = new Schema<ProductionDocument>({}, { ...plain, collection: kind.name });
  schema.add({
    _id: String,
    ...definitionOf(kind.row.shape),
    ...parents,
    created_locally: Boolean,
    synced_with_api: Boolean,
    synced_at: Date,
    sync: Schema.Types.Mixed,
  });
  schema.index(Object.fromEntries(kind.identity.map((field) => [field, 1])), { unique: true });
  const lineage = kind.lineage === undefined ? [] : [parentField(kind.lineage)];
  for (const field of kind.unique) schema.index(Object.fromEntries([...lineage, field].map((name) => [name, 1])));
  // Where another index begins with the field, it serves alone.
  const begun = new Set([kind.identity[0], ...(kind.unique.length > 0 ? lineage : [])]);
  const fields = new Set([...ancestorFields(kind), ...kind.parents.map(parentField)]);
  for (const field of fields) if (!begun.has(field)) schema.index({ [field]: 1 });
  if (kind.references !== undefined) {
    schema.index({ 'sync.dangling': 1 }, { partialFilterExpression: { 'sync.dangling': true } });
  }
  schema.index({ 'sync.edited.0': 1 }, { partialFilterExpression: hasEdits });
  schema.index({ 'sync.conflict.at': 1 }, { partialFilterExpression: isInConflict });
  schema.index({ 'sync.deletion.requested_at': 1 }, { partialFilterExpression: isToBeRemoved });
  return connection.model<ProductionDocument>(kind.name, schema, undefined, { overwriteModels: true });
}

/** The model of a kind's local entities. */
export function localModel(connection: Connection, kind: EntityKind): Model<LocalDocument> {
  const collection = `local_${kind.name}`;
  const schema = new Schema<LocalDocument>({}, { ...plain, collection });
  schema.add({
    ...definitionOf(kind.fields.shape),
    ...Object.fromEntries(kind.parents.map((name) => [parentField(name), Schema.Types.Mixed])),
    created_locally: Boolean,
    synced_with_api: Boolean,
    sync_errors: [Schema.Types.Mixed],
    last_sync_attempt: Date,
    created_at: Date,
    updated_at: Date,
  });
  for (const name of kind.parents) schema.index({ [parentField(name)]: 1 });
  for (const field of kind.unique) schema.index({ [field]: 1 });
  return connection.model<LocalDocument>(collection, schema, undefined, { overwriteModels: true });
}

/** The model of SyncLog: one document for each run and kind. */
export function syncLogModel(connection: Connection): Model<SyncLogDocument> {
  const schema = new Schema<SyncLogDocument>(
    {
      timestamp: { type: Date, required: true },
      operation: { type: String, enum: operations, required: true },
      entity_type: { type: String, required: true },
      success: { type: Boolean, required: true },
      duration: { type: Number, required: true },
      entities_processed: { type: Number, required: true },
      errors: { type: Number, required: true },
      run_id: { type: String, required: true },
      dry_run: { type: Boolean },
      requests: { type: Number, required: true },
      retries: { type: Number, required: true },
      rate_limited: { type: Number, required: true },
      waited_ms: { type: Number, required: true },
    },
    // `errors` is a name that mongoose keeps for itself and that others query.
    { collection: 'sync_logs', versionKey: false, suppressReservedKeysWarning: true },
  );
  schema.index({ run_id: 1, entity_type: 1 }, { unique: true });
  schema.index({ entity_type: 1, operation: 1, timestamp: -1 });
  schema.index({ timestamp: -1 });
  return connection.model<SyncLogDocument>('sync_logs', schema, undefined, { overwriteModels: true });
}
