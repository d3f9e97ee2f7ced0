import {
  chosenKeys,
  fitsFilters,
  idsOf,
  isUnfiltered,
  type KindName,
  kinds,
  parentField,
} from '@broadstreet-sync/domain';
import type { DeletionStore } from './deletions.ts';
import type { ProductionDocument } from './documents.ts';
import type { Production } from './production.ts';
import type { Choice, Selection } from './selection.ts';

type Read = (kind: KindName, keys: readonly string[] | null) => Promise<ProductionDocument[]>;

/** What an export is to write of entities that exist: what was edited here, and what people want gone. */
export function createExisting(production: Production, deletions: DeletionStore, selection: Selection) {
  /** The same choice as for drafts: those that are named, or all of a kind that fit the filters. */
  async function chosen(choice: Choice, name: KindName, read: Read): Promise<ProductionDocument[]> {
    const keys = chosenKeys(choice, name);
    if (keys?.length === 0) return [];
    const found = await read(name, keys);
    if (choice.only !== null || found.length === 0) return found;
    const filters = await selection.filtersOf(choice);
    if (isUnfiltered(filters)) return found;
    return found.filter((entity) => {
      const ids = idsOf(kinds[name], entity);
      const own = { id: ids[parentField(name)] ?? entity._id, name: entity.name };
      return fitsFilters(kinds[name], own, ids, filters);
    });
  }

  return {
    /** Those whose edits an export is about; of what is to be removed no edit is sent. */
    async edited(choice: Choice, kind: KindName): Promise<ProductionDocument[]> {
      if (kinds[kind].update === null) return [];
      const found = await chosen(choice, kind, production.edited);
      return found.filter(({ sync }) => sync.deletion === undefined);
    },

    /**
     * Those whose removal an export is about, each by a request of its own; also what an undo has begun, of which somebody
     * must find out what became.
     */
    async unwanted(choice: Choice, kind: KindName): Promise<ProductionDocument[]> {
      return kinds[kind].remove === null ? [] : chosen(choice, kind, deletions.planned);
    },
  };
}

export type Existing = ReturnType<typeof createExisting>;
