import { type EditedEntity, remotePart } from '@broadstreet-sync/domain';
import type { ProductionDocument } from './documents.ts';

/** A production entity as it stands between here and there. */
export function editedPart(entity: ProductionDocument): EditedEntity {
  const { edited, base, conflict, sent } = entity.sync;
  return {
    fields: remotePart(entity),
    edited,
    base,
    ...(conflict === undefined ? {} : { open: conflict.remote }),
    ...(sent === undefined ? {} : { sent }),
  };
}
