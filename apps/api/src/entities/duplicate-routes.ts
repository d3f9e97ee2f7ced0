import { api, type DuplicateView, type Page } from '@broadstreet-sync/contract';
import { type EntityKind, kinds, levels, rootField } from '@broadstreet-sync/domain';
import { type Duplicate, findDuplicates, type Snapshot, type Store } from '@broadstreet-sync/store';
import { type Binding, bind } from '../http/bind.ts';
import { type ListPage, replyList } from '../http/csv.ts';

const batchSize = 500;

interface Asked {
  readonly kinds: readonly EntityKind[];
  /** The only network; null: all. */
  readonly root: number | null;
}

/** What entities of a kind must fit to be of the network. */
function withinRoot(kind: EntityKind, root: number | null): Record<string, number> {
  return root === null ? {} : { [rootField(kind)]: root };
}

/** The names that are given more than once under one parent, all of them as of one instant. */
export function bindDuplicateRoutes({ snapshot }: Pick<Store, 'snapshot'>): Binding[] {
  return bind(api.listDuplicates, async ({ query }, http) => {
    // All names are read for it, however short the page.
    http.isPatient();
    const asked = {
      kinds: query.kind === undefined ? levels.flat() : [kinds[query.kind]],
      root: query.root === undefined ? null : Number(query.root),
    };
    const columns = api.listDuplicates[0]?.answers[200].csv ?? [];
    return snapshot((at) =>
      replyList<DuplicateView>(http, {
        query,
        columns,
        fileName: 'duplicates',
        load: (page) => readPage(at, asked, page),
        all: () => readAll(at, asked),
      }),
    );
  });
}

/** Counts all, and keeps those of the page alone. */
async function readPage(at: Snapshot, asked: Asked, { skip, limit }: Page): Promise<ListPage<DuplicateView>> {
  const items: DuplicateView[] = [];
  let total = 0;
  for (const kind of asked.kinds) {
    const found: Duplicate[] = [];
    for await (const duplicate of findDuplicates(at, kind, withinRoot(kind, asked.root))) {
      if (total >= skip && total < skip + limit) found.push(duplicate);
      total += 1;
    }
    items.push(...(await withParents(at, kind, found)));
  }
  return { items, total };
}

async function* readAll(at: Snapshot, asked: Asked): AsyncGenerator<DuplicateView, undefined> {
  for (const kind of asked.kinds) {
    let found: Duplicate[] = [];
    for await (const duplicate of findDuplicates(at, kind, withinRoot(kind, asked.root))) {
      found.push(duplicate);
      if (found.length < batchSize) continue;
      yield* await withParents(at, kind, found);
      found = [];
    }
    yield* await withParents(at, kind, found);
  }
}

async function withParents(at: Snapshot, kind: EntityKind, found: readonly Duplicate[]): Promise<DuplicateView[]> {
  const names = new Map<unknown, unknown>();
  if (kind.lineage !== undefined && found.length > 0) {
    const ids = [...new Set(found.map(({ parentId }) => parentId))];
    for await (const parent of at.each(kind.lineage, { id: { $in: ids } }, ['id', 'name'])) {
      names.set(parent.id, parent.name);
    }
  }
  return found.map(({ parentId, name, entities, count }) => {
    const parentName = names.get(parentId);
    return {
      kind: kind.name,
      parent_kind: kind.lineage ?? null,
      parent_id: parentId,
      parent_name: typeof parentName === 'string' ? parentName : null,
      name,
      count,
      ids: entities.map(({ id }) => id),
      names: entities.map((entity) => entity.name),
    };
  });
}
