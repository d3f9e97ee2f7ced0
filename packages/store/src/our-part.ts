import type { OurPart, ProductionDocument } from './documents.ts';

/** What of an entity was made here, to be kept with a change of it; nothing where all is as an import gives it. */
export function ourPart(document: ProductionDocument | null | undefined): { ours?: OurPart } {
  if (document === null || document === undefined) return {};
  const { created_locally, synced_with_api, sync } = document;
  const { edited, base, conflict, original_local_id } = sync;
  if (!created_locally && edited.length === 0) return {};
  return {
    ours: {
      created_locally,
      synced_with_api,
      edited,
      base,
      ...(conflict === undefined ? {} : { conflict }),
      ...(original_local_id === undefined ? {} : { original_local_id }),
    },
  };
}
